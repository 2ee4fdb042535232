// About ten rules, each because of something that happened (../shared/design/style.md). The layers are a test: tests/architecture.
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

const clocks = [
  { object: 'Date', property: 'now', message: 'Time comes from base/ (determinism).' },
  { object: 'Math', property: 'random', message: 'Randomness comes from base/random.ts (same seed, same numbers).' },
]
const defaults = { selector: 'ExportDefaultDeclaration', message: 'Name what you export; default exports are for configuration files.' }

export default tseslint.config(
  { ignores: ['out/', 'node_modules/', '.cache/', 'resources/', 'tests/e2e/.results/', 'tests/fixtures/'] },
  ...vue.configs['flat/essential'],
  {
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: {
      parserOptions: { parser: tseslint.parser, projectService: false, project: ['./tsconfig.node.json', './tsconfig.web.json'], extraFileExtensions: ['.vue'], tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      'eqeqeq': 'error',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      'no-restricted-properties': ['error', ...clocks],
      'no-restricted-syntax': ['error', defaults],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } },
  { files: ['*.config.ts', 'tests/*.config.ts', '**/*.vue', '**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['src/main/base/**', 'src/renderer/**', 'scripts/**', 'tests/**'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['src/main/base/log.ts', 'scripts/**', 'tests/**'], rules: { 'no-console': 'off' } },
)
