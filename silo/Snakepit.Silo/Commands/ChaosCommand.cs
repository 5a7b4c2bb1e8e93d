using System.CommandLine;
using Snakepit.Silo.Chaos;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit chaos</c>: proof on the user's own machine that nothing is lost and nothing stays behind.</summary>
internal static class ChaosCommand
{
    public static Command Create()
    {
        var seed = new Option<int?>("--seed") { Description = "Repeats an earlier run's choices", HelpName = "S" };
        var minutes = new Option<double>("--minutes") { Description = "How long", DefaultValueFactory = _ => 1, HelpName = "M" };
        var command = new Command("chaos", "Kill, stop, crash, overload and replace the workers of a silo started for it, and count.") { seed, minutes };
        command.SetAction(async (result, cancellationToken) =>
        {
            if (!OperatingSystem.IsLinux())
            {
                await Console.Error.WriteLineAsync("snakepit: chaos needs Linux: it looks at processes in /proc.");
                return ExitCodes.BadConfiguration;
            }

            if (result.GetValue(minutes) is not (> 0 and <= 10_000))
            {
                await Console.Error.WriteLineAsync($"snakepit: --minutes is {result.GetValue(minutes)}; expected more than 0 and at most 10000.");
                return ExitCodes.BadConfiguration;
            }

            var run = new ChaosRun(result.GetValue(seed) ?? Random.Shared.Next(), TimeSpan.FromMinutes(result.GetValue(minutes)), Console.Out);
            return await run.RunAsync(cancellationToken) ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }
}
