using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Sessions;

/// <summary>Sessions and the processes that have what they left, with real processes.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_session_finds_what_it_left()
    {
        await using var silo = await StartAsync(size: 3);
        var first = await WriteAsync(silo, "s", "one");
        await WriteAsync(silo, "t", "other");

        var second = await WriteAsync(silo, "s", "two");

        Assert.Equal(("new", "one"), (first.Moved, first.Notes));
        Assert.Equal((null, "one two", first.Pid), (second.Moved, second.Notes, second.Pid));
        Assert.Equal(2, (await silo.PoolAsync())["sessions"]!.GetValue<int>());
    }

    [Fact]
    public async Task Everybody_is_told_when_a_sessions_worker_is_replaced()
    {
        await using var silo = await StartAsync(size: 1);
        var before = await WriteAsync(silo, "s", "one");
        await WriteAsync(silo, "s", "two");
        await WriteAsync(silo, "t", "other");

        await silo.PostAsync("v1/pools/default/recycle", "");
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["recycled"]!.GetValue<int>() == 1, "the worker is replaced");

        var after = await WriteAsync(silo, "s", "three");
        Assert.Equal(("recycled", "three"), (after.Moved, after.Notes));
        Assert.NotEqual(before.Pid, after.Pid);
        await silo.SeeAsync(() => silo.WorkerPidsAsync(), pids => pids.Count == 1, "the old one is gone");
        await silo.SeesAsync("session s ends with 2 notes: recycled (Manual)");
        await silo.SeesAsync("session t ends with 1 notes: recycled (Manual)");
        await silo.SeesAsync(", sessions: 2");
        Assert.Null((await WriteAsync(silo, "s", "four")).Moved);
    }

    [Fact]
    public async Task A_session_hears_that_its_worker_died()
    {
        await using var silo = await StartAsync(size: 1);
        var before = await WriteAsync(silo, "s", "one");

        HostProcess.Signal(before.Pid, "KILL");
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["workerDeaths"]!.GetValue<int>() == 1, "the worker is gone");
        await silo.UntilReadyAsync();

        Assert.Equal("worker_exited", (await WriteAsync(silo, "s", "two")).Moved);
    }

    [Fact]
    public async Task Sessions_are_told_when_the_silo_stops()
    {
        await using var silo = await StartAsync(size: 1);
        await WriteAsync(silo, "s", "one");

        Assert.Equal(0, await silo.StopAsync());

        Assert.Contains("session s ends with 1 notes: the silo stops", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_belongs_to_its_session()
    {
        await using var silo = await StartAsync(size: 3);
        await WriteAsync(silo, "s", "one");
        await WriteAsync(silo, "s", "two");

        var answer = await PostAsync(silo, "s", "pages/stream", "{}");

        Assert.Contains("\"one\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains("\"two\"", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Snakepit-Session-Moved", answer.Headers.Keys);
        Assert.Equal("new", (await PostAsync(silo, "t", "pages/stream", "{}")).Headers["Snakepit-Session-Moved"]);
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_refused_with_both_numbers()
    {
        await using var silo = await StartAsync(size: 1);

        var answer = await PostAsync(silo, new string('x', 257), "pid", "{}");

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Json["code"]!.GetValue<string>()));
        Assert.Contains("257 characters; it needs 1 to 256", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_has_sessions_too()
    {
        await using var silo = await StartAsync(size: 3);

        var first = await SnakepitCommand.RunAsync(
            "call", "write", "--json", """{"note": "one"}""", "--session", "s", "--url", silo.Url.ToString());
        var second = await SnakepitCommand.RunAsync(
            "call", "write", "--json", """{"note": "two"}""", "--session", "s", "--url", silo.Url.ToString());

        Assert.Contains("session moved: new", first.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("session moved", second.Errors, StringComparison.Ordinal);
        Assert.Equal("one two", Notes(JsonNode.Parse(second.Output)!));
    }

    private static Task<SiloUnderTest> StartAsync(int size) =>
        SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool("sessions.Notebook", size)]);

    /// <summary>Why the session moved as its caller hears it, its notes, and who keeps them.</summary>
    private static async Task<(string? Moved, string Notes, int Pid)> WriteAsync(SiloUnderTest silo, string session, string note)
    {
        var answer = await PostAsync(silo, session, "write", JsonSerializer.Serialize(new { note }));
        var moved = answer.Headers.GetValueOrDefault("Snakepit-Session-Moved");
        Assert.Equal(moved ?? "", answer.Json["moved"]!.GetValue<string>()); // the tool hears the same
        return (moved, Notes(answer.Json), answer.Json["pid"]!.GetValue<int>());
    }

    private static string Notes(JsonNode answer) => string.Join(' ', answer["notes"]!.AsArray().Select(note => note!.GetValue<string>()));

    private static async Task<Answer> PostAsync(SiloUnderTest silo, string session, string tool, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"v1/pools/default/tools/{tool}", UriKind.Relative));
        request.Headers.Add("Snakepit-Session", session);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await silo.Http.SendAsync(request);
        var headers = response.Headers.ToDictionary(
            header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }
}
