using System.Diagnostics;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Control;

/// <summary><c>snakepit logs</c>, <c>profile</c> and <c>sessions</c>: looking into workers of any silo from any other.</summary>
[Collection(nameof(ControlledCluster))]
public sealed class LookingTests(ControlledCluster cluster) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-looking-").FullName;

    private readonly List<int> _followers = [];

    private string Gate => Path.Combine(_folder, "gate");

    public void Dispose()
    {
        foreach (var follower in _followers)
            HostProcess.Signal(follower, "KILL");
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_a_worker_of_another_silo_prints_is_followed_until_it_ends()
    {
        var worker = await ShoutAsync();
        using var follow = Follow(worker);
        await SeeBothLinesAsync(follow);

        await cluster.Second.PostAsync($"v1/pools/extra/recycle?worker={Uri.EscapeDataString(worker)}", "");

        var rest = follow.StandardError.ReadToEndAsync();
        await follow.WaitForExitAsync().WithinAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(0, follow.ExitCode);
        Assert.Contains("snakepit: the worker exited with code 0", await rest, StringComparison.Ordinal);
        var (code, output, errors) = await RunAsync("logs", worker, "--lines", "500");
        Assert.Equal(0, code);
        Assert.Contains("before\nbefore\n", output, StringComparison.Ordinal);
        Assert.Contains($"{worker} (process ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_followed_log_ends_with_0_at_ctrl_c_and_when_its_reader_has_gone()
    {
        var worker = await ShoutAsync();
        using var follow = Follow(worker);
        using var unread = Follow(worker);
        await SeeBothLinesAsync(follow);
        await SeeBothLinesAsync(unread);

        HostProcess.Signal(follow.Id, "INT");
        unread.StandardOutput.Close();

        await follow.WaitForExitAsync().WithinAsync(Eventually.Limit);
        for (var calls = 0; calls < 500 && !unread.HasExited; calls++)
            Assert.Equal(200, (int)(await cluster.First.CallAsync("shout", new { text = "on" }, pool: ControlledCluster.Extra)).Status);
        await unread.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.Equal((0, 0), (follow.ExitCode, unread.ExitCode));
    }

    [Fact]
    public async Task A_profile_of_a_worker_of_another_silo_is_a_file()
    {
        var begun = Path.Combine(_folder, "begun");
        var call = cluster.Second.CallAsync("wait_for", new { path = Gate, begun }, pool: ControlledCluster.Extra);
        await Eventually.HoldsAsync(() => File.Exists(begun));
        var slots = await SlotsWithACallAsync();
        var file = Path.Combine(_folder, "profile.json");

        var (code, output, errors) = await RunAsync("profile", slots[0], "--seconds", "1", "--output", file);

        Assert.True(code == 0, errors);
        Assert.Contains(file, output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Gate, "");
        Assert.Equal("\"opened\"", (await call).Body);
        var frames = JsonNode.Parse(await File.ReadAllTextAsync(file))!["shared"]!["frames"]!.AsArray();
        Assert.Contains(frames, frame => frame!["name"]!.GetValue<string>().EndsWith("wait_for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sessions_of_every_silo_are_listed_with_their_workers()
    {
        var name = $"listed-{Guid.NewGuid():N}";
        var said = (await CallAsync("add", new { a = 1, b = 2 }, "--session", name)).Errors;

        var (code, output, _) = await RunAsync("sessions", "extra", "--json");

        Assert.Equal(0, code);
        var session = JsonNode.Parse(output)!["sessions"]!.AsArray().Single(each => each!["session"]!.GetValue<string>() == name)!;
        Assert.Contains($"{session["worker"]}", said, StringComparison.Ordinal);
        Assert.Contains(name, (await RunAsync("sessions")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("holds no output of worker 'default@{first}#77'. Did you mean 'default@{first}#0'?", 1, "logs", "default@{first}#77")]
    [InlineData("There is no silo '{first}x' in the cluster. Did you mean '{first}'?", 1, "logs", "default@{first}x#0")]
    [InlineData("There is no pool 'extar' in the cluster. Did you mean 'extra'?", 1, "logs", "extar@{first}#0")]
    [InlineData("'nonsense' is no worker; expected pool@silo#slot", 1, "logs", "nonsense")]
    [InlineData("--lines is 501; expected 1 to 500.", 1, "logs", "default@{first}#0", "--lines", "501")]
    [InlineData("'default@{first}#0.999' runs. Did you mean 'default@{first}#0.", 1, "profile", "default@{first}#0.999", "--seconds", "1")]
    [InlineData("--seconds is 61; expected 1 to 60.", 1, "profile", "default@{first}#0", "--seconds", "61")]
    [InlineData("There is no pool 'extar' in the cluster. Did you mean 'extra'?", 1, "sessions", "extar")]
    public async Task What_cannot_be_is_one_sentence(string says, int exit, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync([.. arguments.Select(Fill)]);

        Assert.Equal(exit, code);
        Assert.Contains(Fill(says), errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    /// <summary>Returns the worker that printed it, twice.</summary>
    private async Task<string> ShoutAsync()
    {
        var (code, _, errors) = await CallAsync("shout", new { text = "before" });
        Assert.True(code == 0, errors);
        return errors[errors.IndexOf("extra@", StringComparison.Ordinal)..].Split([' ', '\n', ',', ';'])[0];
    }

    /// <summary>Ends with the test. A shell starts background jobs with SIGINT ignored, and the tests may be in one.</summary>
    private Process Follow(string worker)
    {
        var follow = Process.Start(new ProcessStartInfo(
            "env", ["--default-signal=INT", Places.Snakepit, "logs", worker, "--follow", "--lines", "2", "--url", $"{cluster.First.Url}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _followers.Add(follow.Id);
        return follow;
    }

    private static async Task SeeBothLinesAsync(Process follow)
    {
        for (var seen = 0; seen < 2;)
            seen += await follow.StandardOutput.ReadLineAsync().WithinAsync(Eventually.Limit) == "before" ? 1 : 0;
    }

    private string Fill(string text) => text.Replace("{first}", cluster.First.Name, StringComparison.Ordinal);

    private async Task<string[]> SlotsWithACallAsync() =>
    [
        .. JsonNode.Parse((await RunAsync("workers", "extra", "--json")).Output)!["workers"]!.AsArray()
            .Where(worker => worker!["load"]!.GetValue<int>() == 1).Select(worker => $"{worker!["id"]}"),
    ];

    private Task<(int Code, string Output, string Errors)> CallAsync(string tool, object arguments, params string[] more) => RunAsync(
        ["call", tool, "--pool", "extra", "--json", System.Text.Json.JsonSerializer.Serialize(arguments), .. more]);

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        SnakepitCommand.RunAsync([.. arguments, "--url", $"{cluster.First.Url}"]);
}
