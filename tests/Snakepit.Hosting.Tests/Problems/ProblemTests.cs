using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Snakepit.AspNetCore;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Problems;
using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;
using Snakepit.Errors;
using Snakepit.Launcher;

namespace Snakepit.Hosting.Tests.Problems;

public sealed class ProblemTests
{
    private static readonly Failure Raised = new()
    {
        Code = SnakepitErrorCode.ToolRaised,
        Message = "Tool 'f' raised ValueError: no.\nsecond line",
        Outcome = Outcome.Ran,
        Python = new PythonError("ValueError", "no", "Traceback ..."),
    };

    [Theory]
    [InlineData(SnakepitErrorCode.PoolNotFound, 404)]
    [InlineData(SnakepitErrorCode.InvalidArguments, 400)]
    [InlineData(SnakepitErrorCode.QueueFull, 429)]
    [InlineData(SnakepitErrorCode.ToolRaised, 500)]
    [InlineData(SnakepitErrorCode.WorkerExited, 502)]
    [InlineData(SnakepitErrorCode.ClusterUnreachable, 503)]
    [InlineData(SnakepitErrorCode.DeadlineExceeded, 504)]
    [InlineData((SnakepitErrorCode)9999, 500)]
    public void A_code_has_a_status(SnakepitErrorCode code, int status) => Assert.Equal(status, SnakepitProblems.Status(code));

    [Fact]
    public void A_code_of_a_newer_silo_is_a_problem_and_no_exception()
    {
        var problem = SnakepitProblems.From(Raised with { Code = (SnakepitErrorCode)9999 });

        Assert.Equal(500, problem.Status);
    }

    [Fact]
    public void The_default_tells_no_traceback()
    {
        var problem = SnakepitProblems.From(Raised);

        Assert.Equal("tool_raised", problem.Extensions["code"]);
        Assert.DoesNotContain("python", problem.Extensions.Keys);
    }

    [Fact]
    public async Task An_uncaught_exception_of_a_call_is_answered_with_its_problem()
    {
        var url = $"http://127.0.0.1:{FreePorts.Take()}";
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddSnakepitProblemDetails(problems => problems.Detail = ErrorDetail.Full);
        await using var app = builder.Build();
        app.UseExceptionHandler();
        app.MapGet("/raised", string () => throw new SnakepitException(Raised));
        app.MapGet("/full", string () => throw new SnakepitException(SnakepitErrorCode.QueueFull, "Pool 'ml' is full."));
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(url) };

        using var raised = await http.GetAsync(new Uri("/raised", UriKind.Relative));
        using var full = await http.GetAsync(new Uri("/full", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, raised.StatusCode);
        Assert.Equal("application/problem+json", raised.Content.Headers.ContentType?.MediaType);
        var problem = (await raised.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal("Traceback ...", problem["python"]!["traceback"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.TooManyRequests, full.StatusCode);
        Assert.NotNull(full.Headers.RetryAfter);
    }

    [Theory]
    [InlineData(SnakepitErrorCode.SiloUnreachable, Outcome.NotStarted, "1")]
    [InlineData(SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan, "")]
    [InlineData(SnakepitErrorCode.SiloBusy, Outcome.Ran, "")]
    [InlineData(SnakepitErrorCode.DeadlineExceeded, Outcome.NotStarted, "")]
    public void Callers_are_told_to_try_again_only_when_the_tool_surely_did_not_run(SnakepitErrorCode code, Outcome outcome, string told)
    {
        var http = new DefaultHttpContext();

        SnakepitProblems.AddHeaders(http.Response, Raised with { Code = code, Outcome = outcome });

        Assert.Equal(told, http.Response.Headers.RetryAfter.ToString());
    }

    [Fact]
    public void A_result_without_room_is_not_asked_for_again()
    {
        using var buffer = new DoorBuffer(new ByteBudget(10));

        var body = Assert.Throws<SnakepitException>(() => buffer.HoldBody(11));
        var result = Assert.Throws<SnakepitException>(() => buffer.HoldResult(11));

        Assert.Contains("Try again", body.Message, StringComparison.Ordinal);
        Assert.Equal(Outcome.Ran, result.Outcome);
        Assert.Contains("The tool has run", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("again", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_application_without_pools_cannot_map_them()
    {
        using var app = WebApplication.CreateSlimBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.MapSnakepit());

        Assert.Contains("AddSnakepitSilo", error.Message, StringComparison.Ordinal);
    }
}
