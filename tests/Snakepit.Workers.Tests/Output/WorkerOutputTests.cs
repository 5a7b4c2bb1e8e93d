using System.Runtime.Versioning;
using Snakepit.Core.Processes;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Output;

[SupportedOSPlatform("linux")]
public sealed class WorkerOutputTests
{
    [Fact]
    public async Task Prints_go_to_the_log_under_the_workers_name_and_are_counted()
    {
        await using var test = new TestHost();
        var worker = await test.StartAsync();
        var before = worker.Output;

        await test.ResultAsync(worker, "shout", new { text = "hällo" });

        await Eventually.HoldsAsync(() => test.Log.Count(line => line.Contains("[pool@silo#1.1] hällo", StringComparison.Ordinal)) == 2);
        Assert.Equal((2, 14, 0), (worker.Output.Lines - before.Lines, worker.Output.Bytes - before.Bytes, worker.Output.Dropped));
    }

    [Fact]
    public async Task What_is_too_much_is_left_out_counted_and_told_with_the_knob()
    {
        await using var test = new TestHost(output: new OutputLimits(LinesPerSecond: 10, BurstLines: 5));
        var worker = await test.StartAsync();

        await test.ResultAsync(worker, "print_much", new { megabytes = 1 });

        await Eventually.HoldsAsync(
            () => test.Log.Any(line => line.Contains("WorkerOutput.LinesPerSecond is 10", StringComparison.Ordinal)));
        await Eventually.HoldsAsync(() => worker.Output.Lines >= 1060);
        Assert.InRange(worker.Output.Dropped, 900, worker.Output.Lines);
        Assert.InRange(test.Log.Count(line => line.Contains("[pool@silo#1.1]", StringComparison.Ordinal)), 1, 400);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_lines_of_a_flood_are_in_the_event_of_the_death(bool lines)
    {
        await using var test = new TestHost(output: new OutputLimits(LinesPerSecond: 1, BurstLines: 1));
        var worker = await test.StartAsync();
        await test.ResultAsync(worker, "print_much", new { megabytes = 5, lines });
        await Eventually.HoldsAsync(() => worker.Output.Lines >= (lines ? 5061 : 61)); // with those that have an end, all of them

        await test.Call(worker, "die", new { code = 9 }).Reply;

        var exit = await worker.Released.WithinAsync(Eventually.Limit);
        Assert.Equal(Enumerable.Range(10, 50).Select(number => $"last {number}"), exit.Output);
    }

    [Fact]
    public async Task A_line_of_any_length_is_cut_and_says_how_long_it_was()
    {
        await using var test = new TestHost();
        var worker = await test.StartAsync();

        await test.ResultAsync(worker, "print_much", new { megabytes = 5, lines = false });

        await Eventually.HoldsAsync(
            () => test.Log.Any(line => line.Contains("(cut: the line has 5000000 bytes, 16384 are shown)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_program_that_only_talks_and_never_gets_ready_is_refused_with_the_beginning_of_what_it_said()
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-talker-");
        var talker = ShellScript.Write(Path.Combine(folder.FullName, "python3"), """
            case $1 in
              -c) echo '{"path": "'"$0"'", "version": [3, 12, 0], "missing": []}' ;;
              *) exec tr '\0' 'y' < /dev/zero ;;
            esac
            """);
        await using var test = new TestHost();

        var error = await Assert.ThrowsAsync<Core.Ports.WorkerStartException>(
            () =>
                test.Host.StartAsync(test.Spec() with { PythonExecutable = talker }, CancellationToken.None).WithinAsync(Eventually.Limit));
        folder.Delete(recursive: true);

        Assert.Contains($"the process wrote '{new string('y', 200)} …' to stdout", error.Message, StringComparison.Ordinal);
    }
}
