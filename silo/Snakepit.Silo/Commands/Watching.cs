using System.Globalization;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary>
/// Shows an answer of a silo again and again, until Ctrl-C. A terminal is redrawn; a file or a pipe gets one block after the other.
/// </summary>
internal static class Watching
{
    /// <summary>Puts the cursor into the upper left corner and clears what is there.</summary>
    private const string Clear = "\u001b[H\u001b[2J\u001b[3J";

    /// <summary>Each silo has 2 s to answer the one that was asked.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(15);

    /// <param name="ask">Asks the silo.</param>
    /// <param name="show">Prints an answer.</param>
    /// <param name="interval">Pause between two looks.</param>
    /// <param name="json">Print the answers as they are, one a line.</param>
    /// <param name="outer">Ends it too.</param>
    public static async Task<int> RunAsync(
        Func<CancellationToken, Task<string>> ask, Action<string, IAnsiConsole> show, TimeSpan interval, bool json, CancellationToken outer)
    {
        using var interrupt = new CtrlC(outer);
        var cancellationToken = interrupt.Pressed;
        var output = Terminal.OpenEndless();
        try
        {
            // A silo that does not answer the first question ends the command, as it does without --watch.
            var answer = await AskOnceAsync(ask, cancellationToken);
            while (true)
            {
                if (json)
                    await Terminal.WriteLineAsync(output, answer);
                else
                    Draw(output, console => show(answer, console));
                await Task.Delay(interval, TimeProvider.System, cancellationToken);
                answer = await AskAgainAsync(ask, interval, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Ok; // Ctrl-C is how a person ends it
        }
        catch (IOException)
        {
            return ExitCodes.Ok; // as with head: who reads has seen enough
        }
    }

    /// <summary>A silo that restarts is waited for.</summary>
    private static async Task<string> AskAgainAsync(
        Func<CancellationToken, Task<string>> ask, TimeSpan interval, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await AskOnceAsync(ask, cancellationToken);
            }
            catch (Exception error) when (SiloHttp.IsNoAnswer(error))
            {
                await Console.Error.WriteLineAsync($"snakepit: the silo does not answer: {error.Message}. Asking again.");
                await Task.Delay(interval, TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <exception cref="HttpRequestException">There was no answer, or none in time.</exception>
    private static async Task<string> AskOnceAsync(Func<CancellationToken, Task<string>> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestAnswer);
        try
        {
            return await ask(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"nothing came within {LongestAnswer.TotalSeconds:0} s");
        }
    }

    private static void Draw(TextWriter output, Action<IAnsiConsole> show)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        // Some terminals do not say how wide they are.
        console.Profile.Width = Console.IsOutputRedirected || Console.WindowWidth < 1 ? CommandTable.RedirectedWidth : Console.WindowWidth;
        var now = TimeProvider.System.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        console.WriteLine(now);
        show(console);
        if (Console.IsOutputRedirected)
            output.Write($"{text}");
        else
            output.Write($"{Clear}{Fit($"{text}", Console.WindowHeight - 1)}"); // at once, so that it does not flicker
        output.Flush();
    }

    /// <summary>As many lines as the terminal has; else the beginning would scroll away.</summary>
    private static string Fit(string text, int height)
    {
        var lines = text.TrimEnd().Split('\n');
        return height < 2 || lines.Length <= height
            ? $"{text.TrimEnd()}\n"
            : $"{string.Join('\n', lines.Take(height - 1))}\n… {lines.Length - height + 1} more lines; 'snakepit status' shows all\n";
    }
}
