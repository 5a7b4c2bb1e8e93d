using System.Text;
using Microsoft.Win32.SafeHandles;
using Snakepit.Core.Processes;

namespace Snakepit.Silo.Commands;

/// <summary>
/// Prints what came from tools and workers. A terminal gets it with control characters escaped, since it would obey them; a file or
/// a pipe gets every byte as it came.
/// </summary>
internal static class Terminal
{
    private const int ChunkBytes = 16 * 1024;

    private const int StandardOutput = 1;

    public static Task WriteErrorAsync(string text) => Console.Error.WriteLineAsync(Fit(text, Console.IsErrorRedirected));

    public static Task WriteLineAsync(string text) => Console.Out.WriteLineAsync(Fit(text, Console.IsOutputRedirected));

    /// <summary>
    /// A writer to standard output for commands that go on for ever. The console's own hides that a pipe's reader has gone; this one throws
    /// an <see cref="IOException"/>.
    /// </summary>
    public static TextWriter OpenEndless() => !Console.IsOutputRedirected || OperatingSystem.IsWindows()
        ? Console.Out
        : new StreamWriter(
            new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0), new UTF8Encoding(false))
        {
            AutoFlush = true,
        };

    /// <summary>A line as <see cref="WriteLineAsync(string)"/> prints it.</summary>
    /// <exception cref="IOException">Its reader has gone.</exception>
    public static Task WriteLineAsync(TextWriter output, string text) => output.WriteLineAsync(Fit(text, Console.IsOutputRedirected));

    /// <summary>Copies a body to standard output, with an end of line behind it.</summary>
    public static async Task CopyAsync(Stream body, CancellationToken cancellationToken)
    {
        await using var output = Console.OpenStandardOutput();
        if (Console.IsOutputRedirected)
            await body.CopyToAsync(output, cancellationToken);
        else
            await CopyEscapedAsync(body, output, cancellationToken);
        output.WriteByte((byte)'\n');
    }

    private static async Task CopyEscapedAsync(Stream body, Stream output, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body, Encoding.UTF8);
        var chunk = new char[ChunkBytes];
        while (await reader.ReadAsync(chunk, cancellationToken) is > 0 and var count)
            await output.WriteAsync(Encoding.UTF8.GetBytes(TerminalText.Escape(new string(chunk, 0, count))), cancellationToken);
    }

    private static string Fit(string text, bool isRedirected) => isRedirected ? text : TerminalText.Escape(text);
}
