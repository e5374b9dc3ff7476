let isGuarded = false;

/** Print results. A reader that has seen enough, such as `head`, may close the pipe: that is no failure. */
export function print(text: string): void {
  if (!isGuarded) {
    isGuarded = true;
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.stdout.write(text);
}
