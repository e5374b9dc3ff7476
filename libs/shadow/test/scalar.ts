// Both variants are tested.
import '@foreshadow/wasm-sampler/scalar';
