/** The stock MLflow clients that tests run: one environment for each version, shared by all of them. */
import { type Python, pythonWith } from './python.ts';

const requirements = {
  newest: { name: 'mlflow-newest', packages: ['mlflow==3.17.2', 'psutil'] },
  '2.x': { name: 'mlflow-2', packages: ['mlflow==2.22.5', 'psutil'] },
} as const;

/** With scikit-learn, pandas, matplotlib and pillow, which the package brings itself. */
export function mlflowPython(version: keyof typeof requirements): Promise<Python> {
  const { name, packages } = requirements[version];
  return pythonWith(name, packages);
}
