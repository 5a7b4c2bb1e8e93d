using System.Text;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

/// <summary>Samples of what the threads of a process do, while they go on.</summary>
public sealed class WorkerProfileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-profile-").FullName;

    private string Begun => Path.Combine(_folder, "begun");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_profile_shows_where_a_call_is_and_one_that_ends_with_its_worker_says_so()
    {
        await using var test = new TestHost();
        var worker = await test.StartAsync();
        var call = test.Call(worker, "spin", new { path = Begun }).Reply;
        await Eventually.HoldsAsync(() => File.Exists(Begun));

        var profile = await worker.ProfileAsync(TimeSpan.FromMilliseconds(200)).WithinAsync(Eventually.Limit);
        var cut = worker.ProfileAsync(TimeSpan.FromMinutes(1));
        worker.Kill("done");
        await call;

        var text = Encoding.UTF8.GetString(profile.Speedscope!);
        Assert.Matches("\"name\": \"[A-Za-z.]*spin\", \"file\": \"[^\"]*basic.py\"", text);
        Assert.Contains("\"name\":\"pool@silo#1.1\"", text, StringComparison.Ordinal);
        Assert.Contains("it has ended meanwhile: ended by SIGKILL", (await cut).Refusal, StringComparison.Ordinal);
        Assert.Equal("its link is closed", (await worker.ProfileAsync(TimeSpan.FromSeconds(1))).Refusal);
    }
}
