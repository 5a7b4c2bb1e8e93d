using Snakepit.Core.Ports;
using Snakepit.Identity;
using Snakepit.Workers.Output;

namespace Snakepit.Workers.Tests.Output;

/// <summary>Which workers' output a silo holds.</summary>
public sealed class OutputShelfTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    private readonly OutputShelf _shelf = new();

    [Fact]
    public async Task The_latest_process_of_a_slot_is_found_or_the_one_that_was_named()
    {
        Start(slot: 0, generation: 1, "first");
        Start(slot: 0, generation: 2, "second");

        Assert.Equal("second", await TextAsync(slot: 0));
        Assert.Equal("first", await TextAsync(slot: 0, generation: 1));
        Assert.Null(await TextAsync(slot: 0, generation: 3));
        Assert.Null(await TextAsync(slot: 1));
    }

    [Fact]
    public async Task A_loop_of_crashes_in_one_slot_leaves_its_last_three_and_the_other_slots()
    {
        Start(slot: 1, generation: 1, "quiet").End("exited");
        for (var generation = 1; generation <= 100; generation++)
            Start(slot: 0, generation, $"crash {generation}").End("exited");

        Assert.Equal("quiet", await TextAsync(slot: 1));
        Assert.Equal("crash 98", await TextAsync(slot: 0, generation: 98));
        Assert.Null(await TextAsync(slot: 0, generation: 97));
    }

    [Fact]
    public async Task Living_workers_stay_and_of_those_that_have_ended_the_last_64()
    {
        Start(slot: 1000, generation: 1, "lives");
        for (var slot = 0; slot < 66; slot++)
            Start(slot, generation: 1, $"slot {slot}").End("exited");

        Start(slot: 2000, generation: 1, "latest");

        Assert.Equal("lives", await TextAsync(slot: 1000));
        Assert.Null(await TextAsync(slot: 1));
        Assert.Equal("slot 2", await TextAsync(slot: 2));
    }

    [Fact]
    public async Task Of_many_that_end_one_after_the_other_the_last_64_starts_stay_although_none_starts_any_more()
    {
        var histories = Enumerable.Range(0, 100).Select(slot => Start(slot, generation: 1, "line")).ToList();

        histories.ForEach(history => history.End("exited"));

        var held = 0;
        for (var slot = 0; slot < 100; slot++)
            held += await TextAsync(slot) is null ? 0 : 1;
        Assert.Equal(64, held);
    }

    [Fact]
    public async Task A_line_says_its_level_and_control_characters_are_escaped()
    {
        Start(slot: 0, generation: 1, """{"ts": 1, "level": "ERROR", "logger": "x", "message": "no\u001b good"}""");

        var line = Assert.Single((await AskAsync(slot: 0))!.Lines);

        Assert.Equal(("Error", @"no\u001b good"), (line.Level, line.Text));
    }

    private OutputHistory Start(int slot, int generation, string line)
    {
        var history = new OutputHistory();
        history.Add(line, DateTimeOffset.UnixEpoch);
        _shelf.Add(new WorkerId(Slot(slot), generation), pid: 7, history);
        return history;
    }

    private async Task<string?> TextAsync(int slot, int? generation = null) => (await AskAsync(slot, generation))?.Lines[0].Text;

    private Task<Supervision.OutputPage?> AskAsync(int slot, int? generation = null) =>
        _shelf.ReadAsync(Slot(slot), new OutputQuestion(generation, After: null, Most: 10, Soon));

    private static SlotId Slot(int slot) => new(new ShardId("pool", "silo"), slot);
}
