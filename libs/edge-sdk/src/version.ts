/** Version that an edge tells the actuator. */
export const VERSION = '0.1.0';
