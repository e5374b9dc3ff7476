import type { ActuatorCommand } from '@foreshadow/protocol';

/** Makes a command when there is room for it; `undefined`: it is not needed any more, `later`: not now. */
export type MakeCommand = () => ActuatorCommand | 'later' | undefined;

/**
 * What an edge has still to be told, one command a subject: a newer one takes the place of an older. Commands are made
 * when they are sent, so that what waits is small.
 */
export class Errands {
  readonly #waiting = new Map<string, MakeCommand>();

  get size(): number {
    return this.#waiting.size;
  }

  put(subject: string, make: MakeCommand): void {
    this.#waiting.set(subject, make);
  }

  /** Send what there is room for, oldest first; what fails to be made is left out and told. */
  run(
    hasRoom: () => boolean,
    send: (command: ActuatorCommand) => void,
    fail: (error: unknown) => void,
  ): void {
    for (const [subject, make] of [...this.#waiting]) {
      if (!hasRoom()) return;
      try {
        const command = make();
        if (command === 'later') continue;
        this.#waiting.delete(subject);
        if (command !== undefined) send(command);
      } catch (error) {
        this.#waiting.delete(subject);
        fail(error);
      }
    }
  }
}
