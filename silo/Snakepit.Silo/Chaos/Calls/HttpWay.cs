using System.Net.Http.Headers;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snakepit.AspNetCore.Headers;
using Snakepit.Core.Http;
using Snakepit.Errors;
using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Silo.Chaos.Calls;

/// <summary>Over HTTP to a silo that is ready. A refused connection sends the call to another silo: nothing of it had left.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HttpWay(LoadBalancer balancer) : ICallWay
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const string Way = "http";

    public string Name => Way;

    public async Task<CallAnswer> CallAsync(ChaosCall call, Random random, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var silo = balancer.Pick(random);
            try
            {
                using var request = Request(call);
                using var response = await silo.Http.SendAsync(request, cancellationToken);
                return Read(response, await response.Content.ReadAsStringAsync(cancellationToken), silo.Name);
            }
            catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConnectionError)
            {
                balancer.Refused(silo);
                if (TimeProvider.System.GetElapsedTime(began) > call.Budget)
                    return Other(CallEnd.NotSent, "not_sent", silo.Name, error);
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                return Other(CallEnd.ConnectionLost, "connection_lost", silo.Name, error);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static HttpRequestMessage Request(ChaosCall call)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"v1/pools/default/tools/{call.Tool}")
        {
            Content = new ByteArrayContent(call.Arguments) { Headers = { ContentType = MediaTypeHeaderValue.Parse(DoorRule.JsonType) } },
            Headers = { { SnakepitHeaders.Timeout, $"{call.Budget.TotalMilliseconds:0}ms" } },
        };
        if (call.Session is not null)
            request.Headers.Add(SnakepitHeaders.Session, call.Session);
        return request;
    }

    private static CallAnswer Read(HttpResponseMessage response, string body, string door)
    {
        if (response.IsSuccessStatusCode)
        {
            return new CallAnswer(CallEnd.Succeeded, "ok")
            {
                Way = Way,
                Door = door,
                Result = body,
                Silo = CallAnswer.SiloOf(response.Headers.TryGetValues(SnakepitHeaders.Worker, out var worker) ? worker.Single() : null),
                Moved = response.Headers.Contains(SnakepitHeaders.SessionMoved),
            };
        }

        JsonNode? problem = null;
        try
        {
            problem = JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            // No problem document; the code below says so.
        }

        return new CallAnswer(
            Enum.TryParse<Outcome>(problem?["outcome"]?.GetValue<string>(), out var outcome) ? CallEnds.Of(outcome) : CallEnd.MaybeRan,
            problem?["code"]?.GetValue<string>() ?? $"http_{(int)response.StatusCode}")
        {
            Way = Way,
            Door = door,
            Detail = problem?["detail"]?.GetValue<string>() ?? body,
        };
    }

    private static CallAnswer Other(CallEnd end, string code, string door, Exception error) =>
        new(end, code) { Way = Way, Door = door, Detail = error.Message };
}
