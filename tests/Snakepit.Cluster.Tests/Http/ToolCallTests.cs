using System.Net;
using System.Text;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Http;

public sealed class ToolCallTests(SharedSilo shared)
{
    private readonly SiloUnderTest _silo = shared.Silo;

    [Fact]
    public async Task A_call_returns_the_tools_result_as_json()
    {
        var answer = await _silo.CallAsync("add", new { a = 1, b = 2.5 });

        Assert.Equal((HttpStatusCode.OK, "3.5"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task The_headers_say_which_worker_ran_it_and_how_long_each_stage_took()
    {
        var answer = await _silo.CallAsync("pid");

        Assert.Equal(answer.Body, answer.Headers["Snakepit-Worker-Pid"]);
        Assert.Matches($@"^default@{_silo.Name}#[01]\.\d+$", answer.Headers["Snakepit-Worker"]);
        foreach (var stage in new[] { "Queue", "Dispatch", "Python", "Total" })
        {
            Assert.True(
                double.Parse(answer.Headers[$"Snakepit-{stage}-Ms"], System.Globalization.CultureInfo.InvariantCulture) >= 0, stage);
        }

        Assert.True(double.Parse(answer.Headers["Snakepit-Python-Ms"], System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public async Task Types_survive_the_way_there_and_back()
    {
        var answer = await _silo.PostAsync(
            "v1/pools/default/tools/echo", """{"i":1152921504606846977,"f":0.1,"n":null,"t":true,"l":[1,[2]],"s":"ä€😀","e":""}""");

        Assert.Equal("""{"i":1152921504606846977,"f":0.1,"n":null,"t":true,"l":[1,[2]],"s":"ä€😀","e":""}""", answer.Body);
    }

    [Fact]
    public async Task A_tool_that_returns_bytes_is_answered_with_bytes()
    {
        var answer = await _silo.CallAsync("blob", new { size = 3 });

        Assert.Equal("application/octet-stream", answer.Headers["Content-Type"]);
        Assert.Equal("\0\0\0", answer.Body);
    }

    [Fact]
    public async Task Bytes_inside_a_result_are_base64_text()
    {
        var answer = await _silo.CallAsync("mixed");

        Assert.Equal("AAEC", answer.Json["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_call_without_a_body_has_no_arguments()
    {
        var answer = await _silo.PostAsync("v1/pools/default/tools/echo", "");

        Assert.Equal("{}", answer.Body);
    }

    [Fact]
    public async Task An_unknown_pool_is_not_found_and_the_known_ones_are_named()
    {
        var answer = await _silo.CallAsync("add", pool: "nowhere");

        Assert.Equal((HttpStatusCode.NotFound, "pool_not_found", "NotStarted"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Contains("'nowhere'", answer.Detail, StringComparison.Ordinal);
        Assert.Contains("default", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_tool_is_not_found_and_a_near_name_is_offered()
    {
        var answer = await _silo.CallAsync("ecko");

        Assert.Equal((HttpStatusCode.NotFound, "tool_not_found", "NotStarted"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Contains("echo", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_that_do_not_fit_are_refused_with_the_signature()
    {
        var answer = await _silo.CallAsync("add", new { a = 1, c = 2 });

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_arguments", "NotStarted"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Contains("missing 'b'", answer.Detail, StringComparison.Ordinal);
        Assert.Contains("unexpected 'c'", answer.Detail, StringComparison.Ordinal);
        Assert.Contains("(a: float, b: float)", answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":1", "no JSON")]
    [InlineData("[1,2]", "a JSON array")]
    [InlineData("\"text\"", "a JSON string")]
    [InlineData("{} {}", "no JSON")]
    public async Task A_body_that_is_no_json_object_is_refused_at_the_door(string body, string said)
    {
        var answer = await _silo.PostAsync("v1/pools/default/tools/echo", body);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Code));
        Assert.Contains(said, answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_and_the_limit_is_named()
    {
        var answer = await _silo.CallAsync("echo", new { text = new string('x', 100_001) });

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "request_too_large"), (answer.Status, answer.Code));
        Assert.Contains("MaxRequestBytes is 100000", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_cut_off_at_the_limit()
    {
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes("{\"text\":\"" + new string('x', 200_000) + "\"}")));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/pools/default/tools/echo", UriKind.Relative))
        {
            Content = content,
        };
        request.Headers.TransferEncodingChunked = true;

        using var response = await _silo.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_tool_that_raises_gives_type_message_and_traceback()
    {
        var answer = await _silo.CallAsync("boom", new { message = "the reason" });

        Assert.Equal((HttpStatusCode.InternalServerError, "tool_raised", "Ran"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Equal("ValueError", answer.Json["python"]!["type"]!.GetValue<string>());
        Assert.Equal("the reason", answer.Json["python"]!["message"]!.GetValue<string>());
        Assert.Contains("raise ValueError(message)", answer.Json["python"]!["traceback"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nan", "$.rows[1].score")]
    [InlineData("opaque", "$")]
    public async Task A_result_that_cannot_be_encoded_names_the_place_and_the_worker_lives(string tool, string path)
    {
        var pids = await _silo.WorkerPidsAsync("default");

        var answer = await _silo.CallAsync(tool);

        Assert.Equal((HttpStatusCode.InternalServerError, "result_not_encodable", "Ran"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Equal(path, answer.Json["details"]!["path"]!.GetValue<string>());
        Assert.Equal(pids, await _silo.WorkerPidsAsync("default"));
    }

    [Fact]
    public async Task Prints_of_a_tool_go_to_the_silos_log()
    {
        await _silo.CallAsync("shout", new { text = "hear-hear-4711" });

        await _silo.SeeAsync(
            () => Task.FromResult(_silo.Output.Split("hear-hear-4711").Length - 1),
            times => times >= 2,
            "both lines, of stdout and stderr, are in the log");
    }

    [Fact]
    public async Task Tools_run_on_the_main_thread()
    {
        var answer = await _silo.CallAsync("thread_name");

        Assert.Equal("\"MainThread\"", answer.Body);
    }
}
