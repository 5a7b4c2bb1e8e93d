using System.Globalization;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Sessions;

namespace Snakepit.Silo.Http;

/// <summary><c>POST /v1/pools/{pool}/tools/{tool}</c>: a JSON object of arguments in, the tool's result out.</summary>
internal static class ToolEndpoints
{
    /// <summary>Why the call did not run where its session's latest successful call ran; not there when it did.</summary>
    public const string SessionMovedHeader = "Snakepit-Session-Moved";

    public static void MapTools(this IEndpointRouteBuilder app) =>
        app.MapPost("/v1/pools/{pool}/tools/{tool}", ExecuteAsync);

    /// <summary>Headers of an answer that pages of allowed origins may read.</summary>
    public static readonly string[] Headers =
    [
        SessionMovedHeader, "Snakepit-Worker", "Snakepit-Worker-Pid",
        "Snakepit-Queue-Ms", "Snakepit-Dispatch-Ms", "Snakepit-Python-Ms", "Snakepit-Return-Ms", "Snakepit-Total-Ms",
    ];

    private static async Task<IResult> ExecuteAsync(
        string pool, string tool, HttpContext http, ISnakepitClient client, SnakepitOptions options, PoolDoor pools, ByteBudget buffers)
    {
        var buffer = new DoorBuffer(buffers);
        http.Response.RegisterForDispose(buffer); // when the last byte of the answer has left
        try
        {
            PoolDoor.CheckTool(tool);
            return await pools.AskAsync(pool, async () =>
            {
                var (arguments, call) = await ToolRequestReader.ReadAsync(
                    http.Request, pool, options.MaxRequestBytes, buffer, own => pools.Budget(pool, CallType.Execute, tool, own));
                var result = await client.ExecuteJsonAsync(tool, arguments, call, http.RequestAborted);
                buffer.HoldResult(result.Json.Length + result.Attachments.Values.Sum(content => (long)content.Length));
                AddHeaders(http.Response, result);
                return Body(result);
            });
        }
        catch (SnakepitException error)
        {
            return Problems.From(http, error.Failure);
        }
        catch (BadHttpRequestException error)
        {
            return Problems.From(http, error);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.StatusCode(Problems.ClientClosedRequest); // for the log; nobody reads it
        }
    }

    private static IResult Body(ToolResult result)
    {
        if (result.Bytes is { } bytes)
            return Results.Bytes(bytes, "application/octet-stream");
        return result.Attachments.Count > 0
            ? Results.Text(result.WithBytesInline()!.ToJsonString(), "application/json")
            : Results.Bytes(result.Json, "application/json");
    }

    private static void AddHeaders(HttpResponse response, ToolResult result)
    {
        var times = result.Times;
        var headers = response.Headers;
        headers["Snakepit-Worker"] = result.Worker;
        headers["Snakepit-Worker-Pid"] = result.WorkerPid.ToString(CultureInfo.InvariantCulture);
        if (result.SessionMoved != SessionMove.None)
            headers[SessionMovedHeader] = result.SessionMoved.ToWire();
        headers["Snakepit-Queue-Ms"] = Milliseconds(times.Queue);
        headers["Snakepit-Dispatch-Ms"] = Milliseconds(times.Dispatch);
        headers["Snakepit-Python-Ms"] = Milliseconds(times.Python);
        headers["Snakepit-Return-Ms"] = Milliseconds(times.Return);
        headers["Snakepit-Total-Ms"] = Milliseconds(times.Total);
        headers["Server-Timing"] = $"queue;dur={Milliseconds(times.Queue)}, dispatch;dur={Milliseconds(times.Dispatch)}, "
            + $"python;dur={Milliseconds(times.Python)}, return;dur={Milliseconds(times.Return)}, total;dur={Milliseconds(times.Total)}";
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);
}
