import tseslint from 'typescript-eslint';
import { importBoundaries } from './scripts/import-boundaries.mjs';

const CLOCK_ONLY = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'].map((name) => ({
  name,
  message: 'Use lib/clock, so that tests can fake time and every timer has an owner.',
}));

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'lib/frames/generated/', '.demo/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strict],
    plugins: { house: { rules: { 'import-boundaries': importBoundaries } } },
    rules: {
      'house/import-boundaries': 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='removeAllListeners'][arguments.length=0]",
          message: 'Remove exactly the listeners you added.',
        },
        {
          selector: "CallExpression[callee.property.name='setMaxListeners']",
          message: 'A listener leak must warn.',
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['lib/**/*.ts', 'nodes/**/*.ts', 'plugins/**/*.ts'],
    ignores: ['lib/clock.ts', 'nodes/*/editor/**', 'plugins/*/editor/**'],
    rules: {
      'no-restricted-globals': ['error', ...CLOCK_ONLY],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Use lib/clock.' },
        { object: 'performance', property: 'now', message: 'Use lib/clock.' },
      ],
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    files: ['nodes/*/editor/**/*.ts', 'simulator/cli.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
);
