import tseslint from 'typescript-eslint';

/** Libraries that must run anywhere (Node, Deno, browsers): no clock, randomness or I/O of their own. */
const PURE = [
  'domain',
  'testkit',
  'shadow',
  'forecast',
  'demand',
  'plan',
  'simulate',
  'protocol',
  'ports',
  'edge-sdk',
];

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/build/**', '**/gen/**', 'wasm/*/assembly/**', '**/*.mjs', '**/*.config.*'],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: PURE.map((name) => `libs/${name}/src/**/*.ts`),
    ignores: ['libs/domain/src/system-clock.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setTimeout', 'setInterval'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
        { object: 'performance', property: 'now' },
      ],
      'no-restricted-imports': ['error', { patterns: ['node:*'] }],
    },
  },
);
