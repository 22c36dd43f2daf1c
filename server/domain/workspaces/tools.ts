/**
 * The tools that a workspace can be, as shell commands. Two are known; others
 * are declared by the environment. A command listens on the socket or port
 * that the backend tells it and nowhere else, and keeps what is its own in
 * `FLYWHEEL_HOME`. Pure.
 */
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { ToolChoice, ToolDefinition } from '../../../protocol/model/workspace.ts';

/** The name of the port in the job's spec. */
export const toolPort = 'tool';

export type Tool = ToolChoice & Pick<ToolDefinition, 'command' | 'basePath'>;

/**
 * Packages that are installed in a workspace go into a virtual environment of its own that sees those of its
 * environment: builds are shared and must stay what their lock says.
 */
const ownPackages = `if [ -n "$VIRTUAL_ENV" ]; then
  shared="$VIRTUAL_ENV"; own="$FLYWHEEL_HOME/venv"
  "$shared/bin/python" -m venv --without-pip "$own"
  sites='import site; print(site.getsitepackages()[0])'
  "$shared/bin/python" -c "$sites" > "$("$own/bin/python" -c "$sites")/_environment.pth"
  for name in pip pip3; do printf '#!/bin/sh\\nexec "%s/bin/python" -m pip "$@"\\n' "$own" > "$own/bin/$name"; chmod +x "$own/bin/$name"; done
  export VIRTUAL_ENV="$own" PATH="$own/bin:$PATH"
  export JUPYTER_PATH="$shared/share/jupyter" JUPYTER_CONFIG_PATH="$shared/etc/jupyter" JUPYTERLAB_DIR="$shared/share/jupyter/lab"
fi`;

const jupyter: Tool = {
  name: 'jupyter',
  title: 'JupyterLab',
  readable: true,
  basePath: 'kept',
  command: `export JUPYTER_CONFIG_DIR="$FLYWHEEL_HOME/jupyter" JUPYTER_RUNTIME_DIR="$FLYWHEEL_HOME/jupyter/runtime" IPYTHONDIR="$FLYWHEEL_HOME/ipython"
if [ -n "$FLYWHEEL_SOCKET_TOOL" ]; then set -- --ServerApp.sock="$FLYWHEEL_SOCKET_TOOL" --ServerApp.sock_mode=0600
else set -- --ServerApp.ip="\${FLYWHEEL_HOST_TOOL:-127.0.0.1}" --ServerApp.port="$FLYWHEEL_PORT_TOOL" --ServerApp.port_retries=0; fi
[ "$(id -u)" != 0 ] || set -- "$@" --allow-root
if ! python3 -c 'import jupyterlab' 2> /dev/null; then
  echo "JupyterLab is not in this environment: put jupyterlab among its packages."
  exit 1
fi
exec python3 -m jupyterlab --no-browser --ServerApp.base_url="\${basePath}" --ServerApp.root_dir="$PWD" \\
  --ServerApp.allow_remote_access=True --ServerApp.quit_button=False "$@"`,
};

const vscode: Tool = {
  name: 'vscode',
  title: 'VS Code',
  readable: false,
  basePath: 'stripped',
  command: `if [ -n "$FLYWHEEL_SOCKET_TOOL" ]; then set -- --socket "$FLYWHEEL_SOCKET_TOOL" --socket-mode 600
else set -- --bind-addr "127.0.0.1:$FLYWHEEL_PORT_TOOL"; fi
program="\${FLYWHEEL_CODE_SERVER:-code-server}"
if ! command -v "$program" > /dev/null; then
  echo "VS Code for browsers is not here: put code-server into the image of the environment; on the server's own machine install it, or name it with --code-server."
  exit 1
fi
exec "$program" "$@" --auth none --disable-telemetry --disable-update-check --disable-workspace-trust --disable-getting-started-override \\
  --user-data-dir "$FLYWHEEL_HOME/vscode" --extensions-dir "$FLYWHEEL_HOME/vscode-extensions" "$PWD"`,
};

/** What an environment offers: what it declares, and what is known and may be in it. */
export function toolsOf(definition: EnvironmentDefinition, declared: readonly ToolDefinition[]): readonly Tool[] {
  const own = declared.map((tool): Tool => ({ ...tool, title: tool.title ?? tool.name, readable: false }));
  const known = [vscode, ...(mayHaveJupyter(definition) ? [jupyter] : [])];
  return [...own, ...known.filter(({ name }) => !own.some((tool) => tool.name === name))];
}

function mayHaveJupyter(definition: EnvironmentDefinition): boolean {
  if (definition.kind === 'system') return true;
  const texts = definition.kind === 'python' ? [definition.requirements] : containerTexts(definition);
  return texts.some((text) => /jupyter[_-]?lab/i.test(text));
}

function containerTexts(definition: Extract<EnvironmentDefinition, { readonly kind: 'container' }>): readonly string[] {
  const { requirements, dockerfile, conda, devcontainer } = definition;
  return [requirements, dockerfile, conda, devcontainer];
}

/** The path under which the proxy serves a workspace, with both slashes. */
export function basePathOf(workspaceId: string): string {
  return `/workspaces/${workspaceId}/`;
}

/** `${port}` and `${basePath}` filled in. The number of the port is known to the backend alone, so the shell fills it in. */
export function toolCommand({ command }: Pick<Tool, 'command'>, workspaceId: string): string {
  const filled = command
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the definitions of tools
    .replaceAll('${port}', '"$FLYWHEEL_PORT_TOOL"')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the definitions of tools
    .replaceAll('${basePath}', basePathOf(workspaceId));
  return `${ownPackages}\n${filled}`;
}
