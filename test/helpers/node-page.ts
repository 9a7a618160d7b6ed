/** Reads a node's page as the flow library does, which runs nothing: only what stands there literally is seen. */
import ts from 'typescript';

/** @returns the types that a page registers, each with those of its properties that are literals */
export function definitionsIn(page: string): Map<string, ReadonlyMap<string, string>> {
  const found = new Map<string, ReadonlyMap<string, string>>();
  for (const [, script = ''] of page.matchAll(
    /<script.+?type=['"]text\/javascript['"].*?>([\S\s]*?)<\/script>/gi,
  ))
    visit(ts.createSourceFile('page.js', script, ts.ScriptTarget.Latest, true));
  return found;

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const [type, definition] = node.arguments;
      const isCall = node.expression.name.text === 'registerType';
      if (
        isCall &&
        type &&
        ts.isStringLiteral(type) &&
        definition &&
        ts.isObjectLiteralExpression(definition)
      )
        found.set(type.text, literalsOf(definition));
    }
    ts.forEachChild(node, visit);
  }
}

function literalsOf(definition: ts.ObjectLiteralExpression): Map<string, string> {
  const literals = new Map<string, string>();
  for (const property of definition.properties)
    if (ts.isPropertyAssignment(property) && ts.isLiteralExpression(property.initializer))
      literals.set(property.name.getText(), property.initializer.text);
  return literals;
}
