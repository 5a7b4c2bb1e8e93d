using System.Text;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Core.Processes;
using Snakepit.Identity;

namespace Snakepit.Workers.Output;

/// <summary>
/// Carries a worker's stderr, where its prints go as well, into the host's log. Reads on whatever the log takes: a worker
/// that waited for room in its pipe would hold up the tool that prints.
/// </summary>
internal sealed class WorkerOutput(ILogger logger, WorkerId worker, OutputLimits limits)
{
    private const int ChunkBytes = 32 * 1024;

    /// <summary>A longer line is cut; the rest of it is counted and dropped.</summary>
    private const int LongestLineBytes = 16 * 1024;

    private readonly LineCutter _cutter = new(LongestLineBytes);
    private readonly OutputAllowance _allowance = new(limits);
    private readonly DropNotice _notice = new();
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private long _lines;
    private long _bytes;
    private long _dropped;

    /// <summary>What people may still read of it.</summary>
    public OutputHistory History { get; } = new();

    /// <summary>The last lines, also when the log left them out.</summary>
    public IReadOnlyList<string> Tail => [.. History.Tail.Select(line => OutputLine.Read(line).Text)];

    public OutputCounts Counts => new(Interlocked.Read(ref _lines), Interlocked.Read(ref _bytes), Interlocked.Read(ref _dropped));

    private TimeSpan Now => TimeProvider.System.GetElapsedTime(_began);

    /// <summary>Reads until the worker and all processes that share its stderr have closed it.</summary>
    public async Task PumpAsync(Stream stderr)
    {
        var chunk = new byte[ChunkBytes];
        while (await ReadAsync(stderr, chunk).ConfigureAwait(false) is > 0 and var count)
        {
            Interlocked.Add(ref _bytes, count);
            var now = Now;
            _cutter.Cut(chunk.AsSpan(0, count), (line, more) => Take(line, more, now));
        }

        _cutter.Finish((line, more) => Take(line, more, Now));
        Tell(_notice.TakeRest());
    }

    private async Task<int> ReadAsync(Stream stderr, byte[] chunk)
    {
        Tell(_notice.TakeDue(Now));
        var reading = stderr.ReadAsync(chunk);
        if (reading.IsCompleted || _notice.DueIn(Now) is not { } due)
            return await reading.ConfigureAwait(false);
        // The worker may be quiet from now on; what was left out is told all the same.
        var read = reading.AsTask();
        if (await Task.WhenAny(read, Task.Delay(due)).ConfigureAwait(false) != read)
            Tell(_notice.TakeRest());
        return await read.ConfigureAwait(false);
    }

    private void Take(ReadOnlySpan<byte> line, long more, TimeSpan now)
    {
        Interlocked.Increment(ref _lines);
        var text = Encoding.UTF8.GetString(line);
        if (more > 0)
            text = $"{text} … (cut: the line has {line.Length + more} bytes, {LongestLineBytes} are shown)";
        History.Add(text, TimeProvider.System.GetUtcNow());
        if (_allowance.TryPass(line.Length, now))
        {
            var said = OutputLine.Read(text);
            using (said.Scope is { } scope ? logger.BeginScope(scope) : null)
                OutputLog.Output(logger, said.Level, worker, said.Text);
        }
        else
        {
            Interlocked.Increment(ref _dropped);
            _notice.Dropped(now);
        }
    }

    private void Tell(long dropped)
    {
        if (dropped > 0)
            OutputLog.OutputDropped(logger, worker, dropped, limits.LinesPerSecond);
    }
}
