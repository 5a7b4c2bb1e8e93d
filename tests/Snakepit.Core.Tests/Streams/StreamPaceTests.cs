using Snakepit.Core.Streams;

namespace Snakepit.Core.Tests.Streams;

public sealed class StreamPaceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Fact]
    public void A_question_acknowledges_what_was_handed_out_before()
    {
        var pace = Handed(5);

        Assert.Equal(StreamQuestion.Next, pace.Asked(5, Tick));
        Assert.Equal((5, 5), (pace.Handed, pace.Acknowledged));
    }

    [Fact]
    public void The_latest_answer_can_be_asked_for_again()
    {
        var pace = Handed(5);

        Assert.Equal(StreamQuestion.Again, pace.Asked(0, Tick));
        Assert.Equal(StreamQuestion.Next, pace.Asked(5, Tick));
        Assert.Equal(StreamQuestion.Wrong, pace.Asked(0, Tick)); // acknowledged meanwhile, so it is gone
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(-1)]
    public void A_reader_that_has_lost_count_is_told(long have) => Assert.Equal(StreamQuestion.Wrong, Handed(5).Asked(have, Tick));

    [Fact]
    public void A_reader_that_waits_is_answered_in_time_and_never_given_up()
    {
        var pace = new StreamPace(Patience, TimeSpan.Zero);
        pace.Asked(0, TimeSpan.Zero);

        Assert.False(pace.WaitIsOver(StreamPace.LongestWait - Tick));
        Assert.True(pace.WaitIsOver(StreamPace.LongestWait));
        Assert.False(pace.Leaves(Patience * 100));
    }

    [Fact]
    public void Questions_wait_far_less_than_the_frameworks_own_time_out() =>
        Assert.True(StreamPace.LongestWait * 2 < TimeSpan.FromSeconds(30));

    [Fact]
    public void A_reader_that_stays_away_is_given_up_once()
    {
        var pace = Handed(5, at: TimeSpan.FromSeconds(10));

        Assert.False(pace.Leaves(TimeSpan.FromSeconds(70) - Tick));
        Assert.True(pace.Leaves(TimeSpan.FromSeconds(70)));
        Assert.False(pace.Leaves(TimeSpan.FromSeconds(71)));
        Assert.True(pace.IsGone);
    }

    [Fact]
    public void Asking_again_is_a_sign_of_life()
    {
        var pace = Handed(5);

        pace.Asked(0, TimeSpan.FromSeconds(59));
        pace.Answered(0, TimeSpan.FromSeconds(59));

        Assert.False(pace.Leaves(TimeSpan.FromSeconds(118)));
        Assert.True(pace.Leaves(TimeSpan.FromSeconds(119)));
    }

    [Fact]
    public void One_that_was_given_up_is_remembered_for_a_while()
    {
        var pace = Handed(5);
        Assert.True(pace.Leaves(Patience));

        Assert.False(pace.IsForgotten(Patience + StreamPace.Remembered - Tick));
        Assert.True(pace.IsForgotten(Patience + StreamPace.Remembered));
    }

    [Fact]
    public void One_that_was_told_the_end_is_remembered_for_a_while_also_where_nobody_is_given_up()
    {
        var pace = new StreamPace(TimeSpan.MaxValue, TimeSpan.Zero);
        pace.Asked(0, TimeSpan.Zero);
        pace.Answered(3, TimeSpan.Zero);
        Assert.False(pace.IsForgotten(TimeSpan.FromDays(1)));

        pace.Ended(TimeSpan.FromDays(1));

        Assert.False(pace.IsForgotten(TimeSpan.FromDays(1) + StreamPace.Remembered - Tick));
        Assert.True(pace.IsForgotten(TimeSpan.FromDays(1) + StreamPace.Remembered));
    }

    [Fact]
    public void A_probed_reader_that_waited_has_to_show_itself_soon()
    {
        var pace = new StreamPace(Patience, TimeSpan.Zero);
        pace.Asked(0, TimeSpan.Zero);

        Assert.True(pace.Probe());
        pace.Answered(0, TimeSpan.Zero);

        Assert.False(pace.Leaves(StreamPace.ProbePatience - Tick));
        Assert.True(pace.Leaves(StreamPace.ProbePatience));
    }

    [Fact]
    public void A_probed_reader_that_asks_again_has_all_its_patience_back()
    {
        var pace = new StreamPace(Patience, TimeSpan.Zero);
        pace.Asked(0, TimeSpan.Zero);
        pace.Probe();
        pace.Answered(0, TimeSpan.Zero);

        pace.Asked(0, Tick);
        pace.Answered(3, Tick);

        Assert.False(pace.Leaves(Patience));
    }

    [Fact]
    public void A_probed_reader_that_is_answered_with_items_is_busy_and_has_all_its_patience()
    {
        var pace = new StreamPace(Patience, TimeSpan.Zero);
        pace.Asked(0, TimeSpan.Zero);
        pace.Probe();
        pace.Answered(3, TimeSpan.Zero); // they came in the same moment

        Assert.False(pace.Leaves(Patience - Tick));
        Assert.True(pace.Leaves(Patience));
    }

    [Fact]
    public void A_reader_that_shows_itself_while_it_is_busy_stays()
    {
        var pace = Handed(5);

        pace.Touched(TimeSpan.FromSeconds(59));

        Assert.False(pace.Leaves(TimeSpan.FromSeconds(119) - Tick));
        Assert.True(pace.Leaves(TimeSpan.FromSeconds(119)));
    }

    [Fact]
    public void A_sign_that_a_question_has_overtaken_does_not_lengthen_its_wait()
    {
        var pace = Handed(5);
        pace.Asked(5, TimeSpan.Zero);

        pace.Touched(StreamPace.LongestWait - Tick);

        Assert.True(pace.WaitIsOver(StreamPace.LongestWait));
    }

    [Fact]
    public void A_sign_that_comes_too_late_changes_nothing()
    {
        var pace = Handed(5);
        Assert.True(pace.Leaves(Patience));

        pace.Touched(Patience + StreamPace.Remembered - Tick);

        Assert.True(pace.IsGone);
        Assert.True(pace.IsForgotten(Patience + StreamPace.Remembered));
    }

    [Fact]
    public void A_reader_that_is_busy_with_what_it_has_cannot_be_probed()
    {
        var pace = Handed(5);

        Assert.False(pace.Probe());
        Assert.False(pace.Leaves(StreamPace.ProbePatience));
    }

    [Fact]
    public void Endless_patience_gives_nobody_up()
    {
        var pace = new StreamPace(TimeSpan.MaxValue, TimeSpan.Zero);

        Assert.False(pace.Leaves(TimeSpan.FromDays(1000)));
    }

    private static StreamPace Handed(int items, TimeSpan at = default)
    {
        var pace = new StreamPace(Patience, at);
        Assert.Equal(StreamQuestion.Next, pace.Asked(0, at));
        pace.Answered(items, at);
        return pace;
    }
}
