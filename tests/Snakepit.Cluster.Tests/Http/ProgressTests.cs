using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Http;

/// <summary>Progress of a tool over HTTP and on the command line.</summary>
public sealed class ProgressTests(SharedSilo shared) : IDisposable
{
    private readonly SiloUnderTest _silo = shared.Silo;
    private readonly string _gate = Path.Combine(Path.GetTempPath(), $"gate-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_gate);

    [Fact]
    public async Task A_stream_that_asks_for_it_has_lines_of_progress_before_its_item()
    {
        using var response = await PostAsync("report", progress: "true");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        var progress = JsonNode.Parse((await lines.ReadLineAsync().WithinAsync(Eventually.Limit))!)!["$progress"]!;
        Assert.Equal((0.5, "half"), (progress["fraction"]!.GetValue<double>(), progress["message"]!.GetValue<string>()));
        Assert.True(progress["elapsedMs"]!.GetValue<long>() >= 0);
        await File.WriteAllTextAsync(_gate, "");
        string? last;
        do
            last = await lines.ReadLineAsync().WithinAsync(Eventually.Limit);
        while (last?.Contains("$progress", StringComparison.Ordinal) == true);
        Assert.Equal("\"reported\"", last);
        Assert.Null(await lines.ReadLineAsync().WithinAsync(Eventually.Limit));
    }

    [Fact]
    public async Task A_stream_that_does_not_ask_has_items_only()
    {
        await File.WriteAllTextAsync(_gate, "");
        using var response = await PostAsync("report", progress: null);

        Assert.Equal("\"reported\"\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_failure_before_any_line_has_its_status()
    {
        using var response = await PostAsync("boom", progress: "true");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Fact]
    public async Task A_failure_after_progress_is_the_last_line()
    {
        using var response = await PostAsync("report", progress: "true", timeout: "5s");

        var lines = (await response.Content.ReadAsStringAsync().WithinAsync(Eventually.Limit)).TrimEnd().Split('\n');
        Assert.Contains("$progress", lines[0], StringComparison.Ordinal);
        Assert.Equal(504, JsonNode.Parse(lines[^1])!["$error"]!["status"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_word_that_is_neither_true_nor_false_is_refused()
    {
        using var response = await PostAsync("report", progress: "often");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Snakepit-Progress", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_prints_it_on_standard_error()
    {
        string[] arguments = ["call", "report", "--json", $$"""{"path": "{{_gate}}"}""", "--progress", "--url", _silo.Url.ToString()];
        using var command = Process.Start(
            new ProcessStartInfo(Places.Snakepit, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

        var line = await command.StandardError.ReadLineAsync().WithinAsync(Eventually.Limit);
        Assert.Matches(@"^progress after \d+\.\d s: 50 %, half$", line);
        await File.WriteAllTextAsync(_gate, "");

        Assert.Equal("\"reported\"\n", await command.StandardOutput.ReadToEndAsync().WithinAsync(Eventually.Limit));
        await command.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.Equal(0, command.ExitCode);
    }

    private Task<HttpResponseMessage> PostAsync(string tool, string? progress, string? timeout = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"v1/pools/default/tools/{tool}/stream", UriKind.Relative))
        {
            Content = new StringContent(tool == "report" ? $$"""{"path": "{{_gate}}"}""" : "{}", Encoding.UTF8, "application/json"),
        };
        if (progress is not null)
            request.Headers.Add("Snakepit-Progress", progress);
        if (timeout is not null)
            request.Headers.Add("Snakepit-Timeout", timeout);
        return _silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WithinAsync(Eventually.Limit);
    }
}
