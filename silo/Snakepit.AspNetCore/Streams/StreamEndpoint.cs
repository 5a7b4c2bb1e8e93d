using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Headers;
using Snakepit.AspNetCore.Tools;
using Snakepit.Client;
using Snakepit.Core.Access;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Sessions;

namespace Snakepit.AspNetCore.Streams;

/// <summary>
/// <c>POST /v1/pools/{pool}/tools/{tool}/stream</c>: a JSON object of arguments in, one line of JSON per item out. A failure after
/// the first item is a last line <c>{"$error": problem}</c>, since the status has left by then. A request that asks for it also gets lines
/// of progress; see <see cref="ProgressLines"/>.
/// </summary>
internal static class StreamEndpoint
{
    public const string ContentType = "application/x-ndjson";

    public const string ErrorKey = "$error";

    /// <summary>Of a stream that never pauses.</summary>
    private const long MostUnflushed = 64 * 1024;

    public static void MapStreams(this IEndpointRouteBuilder app, DoorServices door) => app.MapPost(
        "/v1/pools/{pool}/tools/{tool}/stream", (string pool, string tool, HttpContext http) => StreamAsync(pool, tool, http, door))
        .Needs(AccessScope.Call, "call").WithSummary("Reads a tool as a stream").WithTags("tools");

    private static async Task<IResult> StreamAsync(string pool, string tool, HttpContext http, DoorServices door)
    {
        using var buffer = new DoorBuffer(door.Buffers);
        try
        {
            PoolDoor.CheckTool(tool);
            ProgressLines? progress = null;
            var (stream, more) = await door.Pools.AskAsync(pool, async () =>
            {
                var (arguments, call) = await ToolRequestReader.ReadAsync(
                    http.Request,
                    pool,
                    door.Pools.MaxRequestBytes,
                    buffer,
                    own => door.Pools.Budget(pool, CallType.ExecuteStream, tool, own));
                if (ToolRequestReader.IsTrue(http.Request, SnakepitHeaders.Progress))
                    call = call with { Progress = progress = new ProgressLines(http.Response) };
                var results = door.Client.StreamJsonAsync(tool, arguments, call, http.RequestAborted);
                return await BeginAsync(results.GetAsyncEnumerator(http.RequestAborted), progress);
            });
            await using var items = stream;
            Begin(http.Response);
            if (more)
                await WriteAsync(http.Response, items, progress);
            return Results.Empty;
        }
        catch (SnakepitException error) when (http.Response.HasStarted) // before the first item, but after a line of progress
        {
            await EndWithAsync(http.Response, error);
            return Results.Empty;
        }
    }

    /// <summary>The answer is a stream of lines. Idempotent.</summary>
    internal static void Begin(HttpResponse response)
    {
        if (response.HasStarted)
            return;
        response.ContentType = ContentType;
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <summary>Asks for the first item; a stream that fails there is over.</summary>
    private static async ValueTask<(IAsyncEnumerator<ToolResult> Items, bool More)> BeginAsync(
        IAsyncEnumerator<ToolResult> items, ProgressLines? progress)
    {
        try
        {
            return (items, await NextAsync(items.MoveNextAsync(), progress));
        }
        catch
        {
            await items.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for the next item, and writes the progress until it is there.</summary>
    private static ValueTask<bool> NextAsync(ValueTask<bool> next, ProgressLines? progress)
    {
        return progress is null || next.IsCompleted ? next : TellAsync(next.AsTask());

        async ValueTask<bool> TellAsync(Task<bool> waiting)
        {
            try
            {
                await progress.WriteUntilAsync(waiting);
            }
            catch (Exception) when (!waiting.IsCompleted) // the reader has left; the stream must not be closed while it is being asked
            {
                await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            return await waiting;
        }
    }

    private static async Task WriteAsync(HttpResponse response, IAsyncEnumerator<ToolResult> items, ProgressLines? progress)
    {
        if (!response.HasStarted)
        {
            response.Headers[SnakepitHeaders.Worker] = items.Current.Worker;
            if (items.Current.SessionMoved != SessionMove.None)
                response.Headers[SnakepitHeaders.SessionMoved] = items.Current.SessionMoved.ToWire();
        }

        var body = response.BodyWriter;
        var cancelled = response.HttpContext.RequestAborted;
        try
        {
            while (true)
            {
                Write(response, items.Current);
                var next = items.MoveNextAsync();
                if (!next.IsCompleted)
                    await body.FlushAsync(cancelled); // all that is here; the reader waits for it
                else if (body.UnflushedBytes > MostUnflushed)
                    await body.FlushAsync(cancelled); // waits for a slow reader, and with it the tool
                if (!await NextAsync(next, progress))
                    break;
            }
        }
        catch (SnakepitException error)
        {
            await EndWithAsync(response, error);
            return;
        }

        await body.FlushAsync(cancelled);
    }

    /// <summary>The failure as the last line.</summary>
    private static async Task EndWithAsync(HttpResponse response, SnakepitException error)
    {
        var line = new Dictionary<string, ProblemDetails> { [ErrorKey] = DoorProblems.Document(response.HttpContext, error.Failure) };
        JsonSerializer.Serialize(response.BodyWriter.AsStream(leaveOpen: true), line, JsonSerializerOptions.Web);
        EndLine(response);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    private static void Write(HttpResponse response, ToolResult item)
    {
        if (item.Attachments.Count > 0)
            response.BodyWriter.Write(Encoding.UTF8.GetBytes(item.WithBytesInline()!.ToJsonString()));
        else
            response.BodyWriter.Write(item.Json.Span);
        EndLine(response);
    }

    internal static void EndLine(HttpResponse response) => response.BodyWriter.Write("\n"u8);
}
