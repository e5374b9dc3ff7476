/** Text within XML; characters that XML cannot hold are left out. */
export function escaped(text: string): string {
  return (
    text
      // biome-ignore lint: these are the characters to leave out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}
