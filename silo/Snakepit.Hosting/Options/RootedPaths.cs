using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Snakepit.Core.Options;

namespace Snakepit.Hosting.Options;

/// <summary>Relative paths in the options start at the application's content root, as they do for the rest of its configuration.</summary>
internal sealed class RootedPaths(IHostEnvironment environment) : IPostConfigureOptions<SnakepitOptions>
{
    public void PostConfigure(string? name, SnakepitOptions options)
    {
        var rooted = options.Rooted(environment.ContentRootPath);
        (options.Pools, options.DataDir, options.PythonExecutable, options.Cluster, options.Http) =
            (rooted.Pools, rooted.DataDir, rooted.PythonExecutable, rooted.Cluster, rooted.Http);
    }
}
