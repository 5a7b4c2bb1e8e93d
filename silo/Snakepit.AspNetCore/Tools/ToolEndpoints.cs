using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Headers;
using Snakepit.Client;
using Snakepit.Core.Access;
using Snakepit.Core.Timeouts;
using Snakepit.Sessions;

namespace Snakepit.AspNetCore.Tools;

/// <summary><c>POST /v1/pools/{pool}/tools/{tool}</c>: a JSON object of arguments in, the tool's result out.</summary>
internal static class ToolEndpoints
{
    public static void MapTools(this IEndpointRouteBuilder app, DoorServices door) => app.MapPost(
        "/v1/pools/{pool}/tools/{tool}", (string pool, string tool, HttpContext http) => ExecuteAsync(pool, tool, http, door))
        .Needs(AccessScope.Call, "call").WithSummary("Calls a tool").WithTags("tools");

    private static async Task<IResult> ExecuteAsync(string pool, string tool, HttpContext http, DoorServices door)
    {
        var buffer = new DoorBuffer(door.Buffers);
        http.Response.RegisterForDispose(buffer); // when the last byte of the answer has left
        PoolDoor.CheckTool(tool);
        return await door.Pools.AskAsync(pool, async () =>
        {
            var (arguments, call) = await ToolRequestReader.ReadAsync(
                http.Request, pool, door.Pools.MaxRequestBytes, buffer, own => door.Pools.Budget(pool, CallType.Execute, tool, own));
            var result = await door.Client.ExecuteJsonAsync(tool, arguments, call, http.RequestAborted);
            buffer.HoldResult(result.Json.Length + result.Attachments.Values.Sum(content => (long)content.Length));
            AddHeaders(http.Response, result);
            return Body(result);
        });
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
        headers[SnakepitHeaders.Worker] = result.Worker;
        headers[SnakepitHeaders.WorkerPid] = result.WorkerPid.ToString(CultureInfo.InvariantCulture);
        if (result.SessionMoved != SessionMove.None)
            headers[SnakepitHeaders.SessionMoved] = result.SessionMoved.ToWire();
        headers[SnakepitHeaders.QueueMilliseconds] = Milliseconds(times.Queue);
        headers[SnakepitHeaders.DispatchMilliseconds] = Milliseconds(times.Dispatch);
        headers[SnakepitHeaders.PythonMilliseconds] = Milliseconds(times.Python);
        headers[SnakepitHeaders.ReturnMilliseconds] = Milliseconds(times.Return);
        headers[SnakepitHeaders.TotalMilliseconds] = Milliseconds(times.Total);
        headers["Server-Timing"] = $"queue;dur={Milliseconds(times.Queue)}, dispatch;dur={Milliseconds(times.Dispatch)}, "
            + $"python;dur={Milliseconds(times.Python)}, return;dur={Milliseconds(times.Return)}, total;dur={Milliseconds(times.Total)}";
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);
}
