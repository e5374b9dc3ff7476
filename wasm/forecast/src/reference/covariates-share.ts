/** Share of the covariates in the forecasts of one horizon; see the kernel's `covariates-share.ts` for the method. */
export class ReferenceShare {
  #products = 0;
  #squares = 0;

  get share(): number {
    return Math.max(0, Math.min(0.95, this.#products / (this.#squares + 3)));
  }

  /**
   * @param y what came
   * @param others what the other experts, combined, said
   * @param said what the covariates said
   * @param loss mean loss
   */
  learn(y: number, others: number, said: number, loss: number): void {
    const beyond = (said - others) / loss;
    const limit = 2 * Math.abs(beyond);
    const missed = Math.max(-limit, Math.min(limit, (y - others) / loss));
    this.#products = 0.99 * this.#products + missed * beyond;
    this.#squares = 0.99 * this.#squares + beyond * beyond;
  }
}
