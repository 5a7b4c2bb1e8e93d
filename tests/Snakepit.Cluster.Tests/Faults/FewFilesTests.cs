using System.Net;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Faults;

public sealed class FewFilesTests
{
    private const int Workers = 40;

    /// <summary>For as many workers to start on a busy host.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(64)]
    [InlineData(200)]
    public async Task A_limit_below_what_the_silo_itself_needs_is_one_clear_error(int limit)
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool()], shell: Limited(limit));

        Assert.Equal(2, await silo.ExitAsync());
        Assert.Contains($"its limit is {limit}", silo.Output, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_files_run_out_more_workers_fail_with_the_cause_and_serving_goes_on()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: Workers)], shell: Limited(380));
        await silo.SeeAsync(() => silo.TryGetAsync("health/ready"), status => status == HttpStatusCode.OK, "a worker is ready", Limit);

        var seen = await silo.SeeAsync(
            async () => SiloUnderTest.Workers(await silo.StatusAsync()).ToList(),
            workers => workers.Exists(worker =>
                worker["lastFailure"]?.GetValue<string>().Contains("no open files are left for it", StringComparison.Ordinal) == true),
            "a worker has failed for want of files",
            Limit);

        Assert.InRange(seen.Count(worker => worker["state"]!.GetValue<string>() == "Ready"), 1, Workers - 1);
        await silo.SeesAsync($"The limit of open files is 380; {Workers} workers and their callers may need");
        var more = await SnakepitCommand.RunAsync("scale", "default", "--size", $"{Workers + 1}", "--url", $"{silo.Url}");
        Assert.Equal(1, more.Code);
        Assert.Contains(
            $"Pool 'default' on silo '{silo.Name}' cannot have {Workers + 1} workers. The limit of open files is 380; "
            + $"{Workers + 1} workers and their callers may need 840. Raise it, with 'ulimit -n' in a shell or LimitNOFILE in a service.",
            more.Errors, StringComparison.Ordinal);
        for (var round = 0; round < 5; round++)
        {
            var calls = Enumerable.Range(0, 10).Select(_ => silo.CallAsync("add", new { a = 1, b = 1 }));
            var answers = await Task.WhenAll(calls).WithinAsync(Eventually.Limit);
            Assert.All(answers, answer => Assert.Equal("2", answer.Body));
        }

        Assert.Equal(0, await silo.StopAsync());
    }

    /// <summary>Soft and hard: .NET raises the soft one.</summary>
    private static string Limited(int files) => $"ulimit -n {files}; exec \"$@\"";
}
