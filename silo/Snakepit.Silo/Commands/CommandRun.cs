using System.CommandLine;

namespace Snakepit.Silo.Commands;

/// <summary>Runs the command that was typed, or says what is wrong with it.</summary>
internal static class CommandRun
{
    public static async Task<int> RunAsync(ParseResult command)
    {
        if (CommandMistakes.Of(command) is { Count: > 0 } mistakes)
        {
            Tell($"snakepit: {string.Join('\n', mistakes)}");
            return CommandMistakes.ExitCode(command);
        }

        try
        {
            return await command.InvokeAsync(
                new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
        }
        catch (Exception error) when (IsOutputLost(error))
        {
            Tell($"snakepit: standard input or output cannot be used: {error.GetBaseException().Message}");
        }
        catch (OperationCanceledException)
        {
            // The command was told to end, and has.
        }
        catch (Exception error)
        {
            Tell($"snakepit: {error}");
        }

        return ExitCodes.Failed;
    }

    /// <summary>The console's streams throw only for the device behind them.</summary>
    private static bool IsOutputLost(Exception error) =>
        error is IOException or UnauthorizedAccessException && error.Source == typeof(Console).Assembly.GetName().Name;

    private static void Tell(string text)
    {
        try
        {
            Console.Error.WriteLine(text);
        }
        catch (IOException)
        {
            // There is no other place to say it. The exit code stays.
        }
    }
}
