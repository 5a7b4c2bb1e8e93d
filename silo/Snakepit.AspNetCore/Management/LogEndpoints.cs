using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Streams;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Supervision;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>GET /v1/pools/{pool}/logs?worker=pool@silo#slot</c> answers with the last lines that a worker has written, <c>&amp;lines=N</c> with
/// as many. With <c>&amp;follow=true</c> the answer is a line of JSON for each of them and for every line that follows, until the worker
/// has ended. While there are none, an empty line every 5 s shows that the silo lives. It is a management verb, because output may show
/// what other callers have sent.
/// </summary>
internal static class LogEndpoints
{
    /// <summary>Lines that a silo holds of a worker.</summary>
    public const int MostLines = 500;

    private const int DefaultLines = 50;

    public static void MapLogs(this IEndpointRouteBuilder app, DoorServices door) => app.MapGet(
        "/v1/pools/{pool}/logs",
        async (string pool, string worker, int? lines, bool? follow, [AsParameters] WorkerSearch search) =>
        {
            var most = lines ?? DefaultLines;
            if (most is < 1 or > MostLines)
            {
                throw new SnakepitException(
                    SnakepitErrorCode.InvalidRequest, $"lines is {most}; a silo holds 1 to {MostLines} lines of a worker.");
            }

            var first = await door.Pools.AskAsync(pool, () => FirstAsync(pool, worker, most, search));
            return follow == true
                ? new Following(first, search.Grains.GetGrain<IWorkerGrain>(first.Worker.Slot.ToString()))
                : Results.Json(LogDocument.From(first), StatusDocument.Json);
        }).Needs(AccessScope.Admin, "logs");

    private static async ValueTask<OutputPage> FirstAsync(string pool, string worker, int most, WorkerSearch search)
    {
        var (grain, name) = search.Find(pool, worker);
        return await grain.GetOutputAsync(name.Generation, after: null, most)
            ?? throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest,
                $"Silo '{name.Slot.Shard.Silo}' holds no output of worker '{worker}'.{await search.HintAsync(pool, worker)} It holds that "
                + "of living workers and of the last three processes of each slot; 'snakepit workers' lists those that live.");
    }

    /// <summary>The silo's history is the only buffer: a reader that is slower than its worker misses lines, and is told so.</summary>
    private static async Task FollowAsync(OutputPage page, IWorkerGrain worker, HttpContext http)
    {
        StreamEndpoint.Begin(http.Response);
        // A reader that pauses is no attack: its lines wait in the worker's history.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        var last = 0L;
        while (true)
        {
            if (page.Missed > 0)
                await WriteAsync(http.Response, new { page.Missed });
            foreach (var line in page.Lines)
                await WriteAsync(http.Response, line);
            last = page.Lines is [.., var latest] ? latest.Number : last;
            if (page.End is not null)
                await WriteAsync(http.Response, new { page.End });
            else if (page.Lines.Length == 0)
                StreamEndpoint.EndLine(http.Response); // a sign of life
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            if (page.End is not null)
                return;
            if (await NextAsync(page, worker, last, http) is not { } next)
                return;
            page = next;
        }
    }

    /// <summary>Null when the silo of either is gone or goes, or holds nothing of the worker any more.</summary>
    private static async Task<OutputPage?> NextAsync(OutputPage page, IWorkerGrain worker, long last, HttpContext http)
    {
        string reason;
        try
        {
            http.RequestAborted.ThrowIfCancellationRequested();
            var asked = worker.GetOutputAsync(page.Worker.Generation, last, MostLines);
            if (await StoppingSilo.WaitAsync(asked, http) is { } next)
                return next;
            reason = "its silo holds nothing of it any more";
        }
        catch (SiloStopsException)
        {
            reason = "the silo that was asked stops";
        }
        catch (Exception error) when (error is not OperationCanceledException) // the answer has begun, so its last line says it
        {
            reason = $"its silo does not answer: {error.Message}";
        }

        await WriteAsync(http.Response, new { Lost = reason });
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        return null;
    }

    /// <summary>Runs behind the filters, so that the audit log has the request before it ends.</summary>
    private sealed class Following(OutputPage first, IWorkerGrain worker) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            try
            {
                await FollowAsync(first, worker, httpContext);
            }
            catch (Exception) when (httpContext.RequestAborted.IsCancellationRequested)
            {
                // The caller has left.
            }
        }
    }

    private static async Task WriteAsync<T>(HttpResponse response, T line)
    {
        await JsonSerializer.SerializeAsync(response.BodyWriter.AsStream(leaveOpen: true), line, StatusDocument.Json);
        StreamEndpoint.EndLine(response);
    }
}

/// <summary>The answer; the command line reads it too.</summary>
/// <param name="Worker">Which worker.</param>
/// <param name="Pid">Its process.</param>
/// <param name="Lines">Its last lines, the earliest first.</param>
/// <param name="End">How it has ended; null while it lives.</param>
internal sealed record LogDocument(string Worker, int Pid, OutputPageLine[] Lines, string? End)
{
    public static LogDocument From(OutputPage page) => new(page.Worker.ToString(), page.Pid, page.Lines, page.End);
}

/// <summary>A line of an answer that follows the output.</summary>
/// <param name="Text">A line of output; null when the line says something else.</param>
/// <param name="Missed">Lines that the reader was too slow for.</param>
/// <param name="End">How the process has ended; the last line.</param>
/// <param name="Lost">Why there are no more lines, although the process has not ended; the last line.</param>
internal sealed record FollowedLine(string? Text, long Missed, string? End, string? Lost);
