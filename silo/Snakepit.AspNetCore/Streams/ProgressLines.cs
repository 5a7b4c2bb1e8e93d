using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Snakepit.Execution;

namespace Snakepit.AspNetCore.Streams;

/// <summary>
/// A tool's progress as lines between the items of its stream:
/// <c>{"$progress": {"fraction": 0.5, "message": "half", "elapsedMs": 1200}}</c>.
/// Reports may come on any thread; the lines are written by the request that calls <see cref="WriteUntilAsync"/>.
/// </summary>
internal sealed class ProgressLines(HttpResponse response) : IProgress<ToolProgress>
{
    public const string Key = "$progress";

    // A reader that is slower than the reports gets the latest of them.
    private readonly Channel<ToolProgress> _reports =
        Channel.CreateBounded<ToolProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private Task<bool>? _arrival;

    /// <inheritdoc/>
    public void Report(ToolProgress value) => _reports.Writer.TryWrite(value);

    /// <summary>Writes each report as it comes, until there is a next item or the end.</summary>
    public async Task WriteUntilAsync(Task next)
    {
        while (!next.IsCompleted)
        {
            _arrival ??= _reports.Reader.WaitToReadAsync().AsTask();
            await Task.WhenAny(next, _arrival);
            if (!_arrival.IsCompleted)
                return;
            _arrival = null;
            if (_reports.Reader.TryRead(out var progress))
                await WriteAsync(progress);
        }
    }

    private async Task WriteAsync(ToolProgress progress)
    {
        StreamEndpoint.Begin(response);
        var line = new Dictionary<string, Line>
        {
            [Key] = new(progress.Fraction, progress.Message, (long)progress.Elapsed.TotalMilliseconds),
        };
        JsonSerializer.Serialize(response.BodyWriter.AsStream(leaveOpen: true), line, JsonSerializerOptions.Web);
        StreamEndpoint.EndLine(response);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    private sealed record Line(double? Fraction, string? Message, long ElapsedMs);
}
