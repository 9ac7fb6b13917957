/** Every experiment of the paper as a typed object with its published numbers, and experiments that compare fairly. */

export { type RecipeChanges, recipeConfig } from './budget.ts';
export { budgetDifferences } from './budget-differences.ts';
export { compareRows, methodOf } from './compare-methods.ts';
export { type Method, methodNames, methods } from './methods.ts';
export { type PublishedOodRow, publishedOod } from './published-ood.ts';
export { type Budget, budgets, type Recipe, type RecipeTable } from './recipe.ts';
export { findRecipeData, openRecipeData, type RecipeData } from './recipe-data.ts';
export { type ReproducedRow, readReproduced, recordReproduced, shippedRecord } from './reproduced.ts';
export { findRows, findTable, tables } from './tables.ts';
