using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Snakepit.Client.Routing;
using Snakepit.Execution;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

/// <summary>How a client asks for progress, and what becomes of the reports.</summary>
public sealed class ProgressReaderTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly Guid Call = Guid.NewGuid();

    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<(Guid Call, long Have, TaskCompletionSource<ProgressStep?> Answer)> _questions = new();
    private readonly Reports _reports = new();
    private readonly IPoolShardGrain _shard;

    public ProgressReaderTests() => _shard = Fake<IPoolShardGrain>.Of((_, arguments) =>
    {
        var answer = new TaskCompletionSource<ProgressStep?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions.Enqueue(((Guid)arguments[0]!, (long)arguments[1]!, answer));
        return answer.Task;
    });

    [Fact]
    public async Task Each_report_is_handed_on_and_the_next_one_asked_for()
    {
        using var reader = ProgressReader.Begin(_reports, _shard, Call, _time);

        var first = await QuestionAsync();
        Assert.Equal((Call, 0L), (first.Call, first.Have));
        first.Answer.SetResult(Step(3, 0.25));
        var second = await QuestionAsync();

        Assert.Equal(3, second.Have);
        Assert.Equal([0.25], _reports.Fractions);
    }

    [Fact]
    public void Nobody_who_wants_progress_asks_nothing()
    {
        Assert.Null(ProgressReader.Begin(null, _shard, Call, _time));
        Assert.Empty(_questions);
    }

    [Fact]
    public async Task A_question_that_brings_nothing_is_repeated_after_a_pause()
    {
        using var reader = ProgressReader.Begin(_reports, _shard, Call, _time);

        (await QuestionAsync()).Answer.SetResult(null);
        var again = await PassingAsync();

        Assert.Equal(0, again.Have);
    }

    [Fact]
    public async Task A_shard_that_fails_is_asked_again_after_a_pause()
    {
        using var reader = ProgressReader.Begin(_reports, _shard, Call, _time);

        (await QuestionAsync()).Answer.SetException(new InvalidOperationException("no such method"));
        (await PassingAsync()).Answer.SetResult(Step(1, 0.5));
        await QuestionAsync();

        Assert.Equal([0.5], _reports.Fractions);
    }

    [Fact]
    public async Task What_the_application_throws_is_dropped()
    {
        _reports.Throws = true;
        using var reader = ProgressReader.Begin(_reports, _shard, Call, _time);

        (await QuestionAsync()).Answer.SetResult(Step(1, 0.5));

        Assert.Equal(1, (await QuestionAsync()).Have);
    }

    [Fact]
    public async Task After_the_end_nothing_is_reported()
    {
        var reader = ProgressReader.Begin(_reports, _shard, Call, _time)!;
        var question = await QuestionAsync();

        reader.Dispose();
        question.Answer.SetResult(Step(1, 0.5));

        Assert.Empty(_reports.Fractions);
        Assert.Empty(_questions);
    }

    [Fact]
    public async Task A_call_ends_while_its_progress_is_asked_for()
    {
        var cluster = new FakeCluster();
        cluster.A.Answers(new StreamBatch { First = 0, End = new ToolReply() });

        await foreach (var _ in cluster.Client.StreamAsync<int>("count", options: new ToolCallOptions { Progress = _reports }))
            Assert.Fail("There are no items.");

        Assert.Empty(_reports.Fractions);
    }

    private static ProgressStep Step(long number, double fraction) => new(number, new ToolProgress(fraction, null, TimeSpan.Zero));

    private async Task<(Guid Call, long Have, TaskCompletionSource<ProgressStep?> Answer)> QuestionAsync()
    {
        await TestSignals.UntilAsync(() => !_questions.IsEmpty).WithinAsync(Limit, "the next question");
        Assert.True(_questions.TryDequeue(out var question));
        return question;
    }

    /// <summary>The next question, with time passing until it comes.</summary>
    private async Task<(Guid Call, long Have, TaskCompletionSource<ProgressStep?> Answer)> PassingAsync()
    {
        await TestSignals.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            return !_questions.IsEmpty;
        }).WithinAsync(Limit, "the next question");
        return await QuestionAsync();
    }

    private sealed class Reports : IProgress<ToolProgress>
    {
        private readonly ConcurrentQueue<double> _fractions = new();

        public bool Throws { get; set; }

        public double[] Fractions => [.. _fractions];

        public void Report(ToolProgress value)
        {
            _fractions.Enqueue(value.Fraction!.Value);
            if (Throws)
                throw new InvalidOperationException("the application's");
        }
    }
}
