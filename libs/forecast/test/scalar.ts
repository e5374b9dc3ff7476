// Both variants are tested.
import '@foreshadow/wasm-forecast/scalar';
