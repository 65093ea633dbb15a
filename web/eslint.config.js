import svelte from "eslint-plugin-svelte";
import tseslint from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

export default tseslint.config(
  { ignores: ["node_modules", "test-results"] },
  ...tseslint.configs.strict,
  ...svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: tseslint.parser, svelteConfig } },
  },
  {
    rules: {
      complexity: ["error", 10],
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      // Own router: links are plain anchors caught in one place.
      "svelte/no-navigation-without-resolve": "off",
      // Sets and maps built inside a derivation are never mutated afterwards.
      "svelte/prefer-svelte-reactivity": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  // Generated data is one table of cases after another; its branches are the cases.
  { files: ["mock/**"], rules: { complexity: ["error", 20] } },
  { files: ["tools/**"], rules: { "no-console": "off" } },
);
