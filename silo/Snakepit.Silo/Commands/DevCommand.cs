using System.CommandLine;
using Microsoft.Extensions.Options;
using Snakepit.Core.Options;
using Snakepit.Silo.Developing;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit dev</c>: runs a silo, and gives its pools fresh workers when the files of their adapters change.</summary>
internal static class DevCommand
{
    public static Command Create()
    {
        var command = ServeCommand.Create(
            "dev",
            "Run a silo for development: as serve does, with fresh workers whenever a Python file of an adapter changes. Options of the "
            + "configuration may follow as --Snakepit:Name=value.",
            Watch);
        Examples.Add(
            command,
            ("snakepit dev", "serve the snakepit.json of this folder"),
            ("snakepit dev --Snakepit:Pools:0:PoolSize=1", "with one worker, which is replaced sooner than many"));
        return command;
    }

    private static Func<CancellationToken, Task> Watch(WebApplication app)
    {
        var reloading = new Reloading(app.Services.GetRequiredService<IOptions<SnakepitOptions>>().Value);
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        return stopping => reloading.RunAsync(grains, stopping);
    }
}
