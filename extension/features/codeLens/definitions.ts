/** Where a document defines what runs are told apart by: read once for each state of its text. */
import type * as vscode from 'vscode';
import { type PythonCode, readPython } from './pythonCode.ts';
import { readYaml } from './yamlKeys.ts';

type Read = { readonly version: number; readonly code: PythonCode };

const read = new WeakMap<vscode.TextDocument, Read>();

export const languages = ['python', 'yaml'] as const;

export function definitionsOf(document: vscode.TextDocument): PythonCode {
  const known = read.get(document);
  if (known?.version === document.version) return known.code;
  const text = document.getText();
  const code = document.languageId === 'python' ? readPython(text) : { entry: null, parameters: readYaml(text) };
  read.set(document, { version: document.version, code });
  return code;
}
