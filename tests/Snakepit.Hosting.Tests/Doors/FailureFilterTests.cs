using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Problems;
using Snakepit.Errors;

namespace Snakepit.Hosting.Tests.Doors;

/// <summary>No exception of an endpoint is a bare 500.</summary>
public sealed class FailureFilterTests
{
    [Fact]
    public async Task Every_exception_of_an_endpoint_is_answered_with_its_problem()
    {
        await using var door = await DoorUnderTest.StartAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0), Add);
        using var http = new HttpClient { BaseAddress = new Uri(door.Url) };

        Assert.Equal((429, "queue_full", "NotStarted"), await GetAsync(http, "/full"));
        Assert.Equal((503, "silo_unreachable", "MaybeRan"), await GetAsync(http, "/gone"));
        Assert.Equal((503, "silo_unreachable", "MaybeRan"), await GetAsync(http, "/silent"));
        Assert.Equal((408, "invalid_request", "NotStarted"), await GetAsync(http, "/slow"));
        Assert.Equal((500, "unknown", "MaybeRan"), await GetAsync(http, "/bug"));
    }

    [Fact]
    public async Task A_caller_that_has_left_is_no_failure_of_the_silo()
    {
        var context = new DefaultEndpointFilterInvocationContext(
            new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) });

        var answer = await FailureFilter.FilterAsync(context, _ => throw new IOException("The connection is gone."));

        Assert.Equal(SnakepitProblems.ClientClosedRequest, Assert.IsType<StatusCodeHttpResult>(answer).StatusCode);
    }

    private static void Add(RouteGroupBuilder group)
    {
        group.MapGet("/full", IResult () => throw new SnakepitException(SnakepitErrorCode.QueueFull, "Pool 'ml' is full."));
        group.MapGet("/gone", IResult () => throw new SiloUnavailableException("The silo is gone."));
        group.MapGet("/silent", IResult () => throw new TimeoutException("No answer within 30 s."));
        group.MapGet("/slow", IResult () => throw new BadHttpRequestException("too slow", StatusCodes.Status408RequestTimeout));
        group.MapGet("/bug", IResult () => throw new InvalidOperationException("A bug."));
    }

    private static async Task<(int Status, string Code, string Outcome)> GetAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return ((int)answer.StatusCode, problem["code"]!.GetValue<string>(), problem["outcome"]!.GetValue<string>());
    }
}
