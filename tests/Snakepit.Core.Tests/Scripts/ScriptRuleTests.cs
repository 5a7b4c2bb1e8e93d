using Snakepit.Core.Options;
using Snakepit.Core.Scripts;

namespace Snakepit.Core.Tests.Scripts;

public sealed class ScriptRuleTests
{
    private static readonly TimeSpan Cleanup = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(null, null, null, ScriptExitMode.None)]
    [InlineData(ScriptExitMode.None, "halt", "1", ScriptExitMode.None)]
    [InlineData(ScriptExitMode.Stop, "halt", null, ScriptExitMode.Stop)]
    [InlineData(ScriptExitMode.Auto, null, null, ScriptExitMode.Stop)]
    [InlineData(null, "halt", null, ScriptExitMode.Halt)]
    [InlineData(null, " Stop ", "1", ScriptExitMode.Stop)]
    [InlineData(null, "AUTO", null, ScriptExitMode.Stop)]
    [InlineData(null, "none", "1", ScriptExitMode.None)]
    [InlineData(null, "", "true", ScriptExitMode.Halt)]
    [InlineData(null, "2", null, ScriptExitMode.None)]
    [InlineData(null, "exit", "1", ScriptExitMode.Halt)]
    [InlineData(null, null, "YES", ScriptExitMode.Halt)]
    [InlineData(null, null, "0", ScriptExitMode.None)]
    public void The_option_goes_before_the_variable_and_that_before_the_deprecated_one(
        ScriptExitMode? option, string? exit, string? halt, ScriptExitMode expected) =>
        Assert.Equal(expected, Decide(new ScriptFacts(true, false), option, exit: exit, halt: halt).Exit);

    [Theory]
    [InlineData(false, null, 0)]
    [InlineData(true, null, 1)]
    [InlineData(true, 2, 130)]
    [InlineData(false, 15, 143)]
    public void The_status_tells_of_failures_and_signals(bool failed, int? signal, int expected) =>
        Assert.Equal(expected, Decide(new ScriptFacts(true, failed, signal), ScriptExitMode.Halt).Status);

    [Theory]
    [InlineData(ScriptExitMode.None)]
    [InlineData(ScriptExitMode.Auto)]
    [InlineData(ScriptExitMode.Stop)]
    [InlineData(ScriptExitMode.Halt)]
    public void A_script_in_a_running_silo_never_ends_the_process(ScriptExitMode mode) =>
        Assert.Equal(ScriptExitMode.None, Decide(new ScriptFacts(Started: false, Failed: true), mode, exit: "halt", halt: "1").Exit);

    [Fact]
    public void A_signal_ends_the_process_also_when_the_program_would_go_on() =>
        Assert.Equal(ScriptExitMode.Stop, Decide(new ScriptFacts(true, true, 2), ScriptExitMode.None).Exit);

    [Theory]
    [InlineData(ScriptStopMode.IfStarted, true, true, true)]
    [InlineData(ScriptStopMode.IfStarted, false, false, false)]
    [InlineData(ScriptStopMode.Always, true, true, true)]
    [InlineData(ScriptStopMode.Always, false, true, false)]
    [InlineData(ScriptStopMode.Never, true, false, false)]
    public void Only_what_the_script_has_started_and_stopped_is_cleaned_up(ScriptStopMode mode, bool started, bool stops, bool cleans)
    {
        var end = Decide(new ScriptFacts(started, false), stop: mode);

        Assert.Equal((stops, cleans), (end.StopsSilo, end.Cleans));
    }

    [Fact]
    public void Without_a_time_limit_there_is_no_clean_up() =>
        Assert.False(ScriptRule.Decide(new ScriptWish(null, default, TimeSpan.Zero, null, null), new ScriptFacts(true, false)).Cleans);

    [Fact]
    public void A_word_that_is_no_mode_and_a_deprecated_variable_are_told()
    {
        var end = Decide(new ScriptFacts(true, false), exit: "exit", halt: "1");

        Assert.Equal(2, end.Warnings.Count);
        Assert.Contains("'exit'", end.Warnings[0], StringComparison.Ordinal);
        Assert.Contains(ScriptRule.HaltVariable, end.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Options_without_a_meaning_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Decide(default, (ScriptExitMode)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Decide(default, stop: (ScriptStopMode)9));
    }

    private static ScriptEnd Decide(
        ScriptFacts facts,
        ScriptExitMode? option = null,
        ScriptStopMode stop = default,
        string? exit = null,
        string? halt = null) => ScriptRule.Decide(new ScriptWish(option, stop, Cleanup, exit, halt), facts);
}
