using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime.Messaging;
using Snakepit.Client.Connections;
using Snakepit.Client.Routing;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

/// <summary>What becomes of a call when its silo is lost, or the connection that carried it.</summary>
public sealed class CallSenderTests
{
    private static readonly Incarnation Run = new("a", 1);
    private static readonly ShardView Shard = new(new ShardId("pool", "a"), Run, PoolState.Ready, 0, 1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<ToolReply> _answer = new();
    private readonly TaskCompletionSource<ToolReply> _begun = new();
    private readonly Queue<TaskCompletionSource<ResumeReply>> _resumes = new();
    private readonly Queue<TaskCompletionSource<HeldReply>> _callUps = new();
    private readonly Router _router;
    private readonly CallSender _sender;
    private volatile bool _begunAsked;
    private PoolView _view = new() { Pool = "pool", Shards = [Shard], Members = [Run], MembershipVersion = 1 };

    public CallSenderTests()
    {
        var pool = Fake<IPoolGrain>.Of((_, _) => Task.FromResult(_view));
        var shard = Fake<IPoolShardGrain>.Of((method, _) =>
            method.Name switch
            {
                nameof(IPoolShardGrain.ExecuteAsync) => _answer.Task,
                nameof(IPoolShardGrain.AwaitCallUpAsync) => CallUp(),
                nameof(IPoolShardGrain.BeginAsync) => Begun(),
                _ => Resume(),
            });
        var grains = Fake<IGrainFactory>.Of((method, _) => method.ReturnType == typeof(IPoolGrain) ? pool : shard);
        _router = new Router(new AmbientCluster(grains, new GatewayWatch()), new SnakepitClientOptions(), _time);
        _sender = new CallSender(grains, _router, _time);
    }

    [Fact]
    public async Task An_answer_that_lost_its_way_is_asked_for_again()
    {
        var call = Send();

        _router.Interrupt();
        _resumes.Dequeue().SetResult(new ResumeReply(new ToolReply { Value = "7"u8.ToArray() }, TimeSpan.Zero));

        Assert.Equal("7"u8.ToArray(), (await call.WaitAsync(Limit)).Value);
    }

    [Fact]
    public async Task The_answer_itself_may_come_all_the_same()
    {
        var call = Send();

        _router.Interrupt();
        _answer.SetResult(new ToolReply { Value = "7"u8.ToArray() });

        Assert.Null((await call.WaitAsync(Limit)).Failure);
    }

    [Fact]
    public async Task A_call_that_the_shard_may_have_forgotten_may_have_run()
    {
        var call = Send();
        _time.Advance(TimeSpan.FromSeconds(5));

        _router.Interrupt();
        _resumes.Dequeue().SetResult(new ResumeReply(null, UnknownFor: TimeSpan.FromSeconds(5)));

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), Facts(await PassingAsync(call)));
    }

    [Fact]
    public async Task A_call_that_never_came_to_its_shard_did_not_start()
    {
        var call = Send();
        _time.Advance(TimeSpan.FromSeconds(4));

        _router.Interrupt();
        _resumes.Dequeue().SetResult(new ResumeReply(null, UnknownFor: TimeSpan.FromSeconds(5)));

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.NotStarted), Facts(await call.WaitAsync(Limit)));
    }

    [Fact]
    public async Task A_question_that_loses_its_way_too_is_asked_once_more()
    {
        var call = Send();

        _router.Interrupt();
        _router.Interrupt();
        await TestSignals.UntilAsync(() => _resumes.Count == 2);
        _resumes.Last().SetResult(new ResumeReply(new ToolReply(), TimeSpan.Zero));

        Assert.Null((await call.WaitAsync(Limit)).Failure);
    }

    [Fact]
    public async Task A_lost_silo_is_not_asked()
    {
        var call = Send();

        await LoseAsync();

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), Facts(await PassingAsync(call)));
        Assert.Empty(_resumes);
    }

    [Fact]
    public async Task A_refusal_that_comes_after_the_news_of_the_loss_still_counts()
    {
        var call = Send();

        await LoseAsync();
        _answer.SetException(new SnakepitException(SnakepitErrorCode.SiloUnreachable, "Silo 'a' is not in the cluster."));

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.NotStarted), Facts(await PassingAsync(call)));
    }

    [Fact]
    public async Task The_budget_ends_the_wait_for_an_answer_that_lost_its_way()
    {
        var call = Send(TimeSpan.FromSeconds(5));

        _router.Interrupt();

        Assert.Equal((SnakepitErrorCode.DeadlineExceeded, Outcome.MaybeRan), Facts(await PassingAsync(call)));
    }

    [Fact]
    public async Task A_held_call_begins_on_the_clients_word_when_it_is_called_up()
    {
        var call = await HeldAsync();
        _callUps.Dequeue().SetResult(new HeldReply(HeldState.Waiting));
        await TestSignals.UntilAsync(() => _callUps.Count == 1);
        Assert.False(_begunAsked);

        _callUps.Dequeue().SetResult(new HeldReply(HeldState.CalledUp));
        await TestSignals.UntilAsync(() => _begunAsked);
        _begun.SetResult(new ToolReply { Value = "7"u8.ToArray() });

        Assert.Equal("7"u8.ToArray(), (await call.WaitAsync(Limit)).Value);
    }

    [Fact]
    public async Task A_held_call_of_a_lost_silo_did_not_start()
    {
        var call = await HeldAsync();

        await LoseAsync();

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.NotStarted), Facts(await call.WaitAsync(Limit)));
        Assert.False(_begunAsked);
    }

    [Fact]
    public async Task A_call_that_was_told_to_begin_may_have_run_when_its_silo_is_lost()
    {
        var call = await HeldAsync();
        _callUps.Dequeue().SetResult(new HeldReply(HeldState.CalledUp));
        await TestSignals.UntilAsync(() => _begunAsked);

        await LoseAsync();

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), Facts(await PassingAsync(call)));
    }

    [Fact]
    public async Task A_held_call_whose_question_loses_its_way_asks_again()
    {
        var call = await HeldAsync();

        _router.Interrupt();
        await TestSignals.UntilAsync(() => _callUps.Count == 2);
        _callUps.Last().SetResult(new HeldReply(HeldState.Ended, new ToolReply { Value = "7"u8.ToArray() }));

        Assert.Equal("7"u8.ToArray(), (await call.WaitAsync(Limit)).Value);
    }

    [Fact]
    public async Task A_call_that_was_asked_for_before_the_news_that_it_is_held_may_have_begun()
    {
        var call = Send();
        _router.Interrupt();
        await TestSignals.UntilAsync(() => _resumes.Count == 1);

        _answer.SetResult(ToolReply.Held);
        await TestSignals.UntilAsync(() => _begunAsked);
        Assert.Empty(_callUps);
        await LoseAsync();

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), Facts(await PassingAsync(call)));
    }

    [Fact]
    public async Task A_word_that_finds_no_way_after_an_earlier_question_says_nothing_about_the_call()
    {
        var call = Send();
        _router.Interrupt();
        await TestSignals.UntilAsync(() => _resumes.Count == 1);
        _answer.SetResult(ToolReply.Held);
        await TestSignals.UntilAsync(() => _begunAsked);

        _begun.SetException(new ConnectionFailedException("Unable to connect to S10.0.0.1:1:1"));

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), Facts(await call.WaitAsync(Limit)));
    }

    [Fact]
    public async Task A_held_call_keeps_its_place_while_questions_find_no_way()
    {
        var call = await HeldAsync();

        _callUps.Dequeue().SetException(new ConnectionFailedException("No gateways available"));
        await TestSignals.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return _callUps.Count == 1;
        });
        _callUps.Dequeue().SetResult(new HeldReply(HeldState.Ended, new ToolReply { Value = "7"u8.ToArray() }));

        Assert.Equal("7"u8.ToArray(), (await call.WaitAsync(Limit)).Value);
    }

    [Fact]
    public async Task A_held_call_whose_budget_ends_did_not_start()
    {
        var call = Send(TimeSpan.FromSeconds(5));
        _answer.SetResult(ToolReply.Held);

        Assert.Equal((SnakepitErrorCode.DeadlineExceeded, Outcome.NotStarted), Facts(await PassingAsync(call)));
    }

    private static (SnakepitErrorCode Code, Outcome Outcome) Facts(ToolReply reply) => (reply.Failure!.Code, reply.Failure.Outcome);

    private async Task<Task<ToolReply>> HeldAsync()
    {
        var call = Send();
        _answer.SetResult(ToolReply.Held);
        await TestSignals.UntilAsync(() => _callUps.Count == 1);
        return call;
    }

    private Task<HeldReply> CallUp()
    {
        var callUp = new TaskCompletionSource<HeldReply>();
        _callUps.Enqueue(callUp);
        return callUp.Task;
    }

    private Task<ToolReply> Begun()
    {
        _begunAsked = true;
        return _begun.Task;
    }

    private Task<ResumeReply> Resume()
    {
        var resume = new TaskCompletionSource<ResumeReply>();
        _resumes.Enqueue(resume);
        return resume.Task;
    }

    /// <param name="budget">Without one the time that tests let pass ends no call.</param>
    private Task<ToolReply> Send(TimeSpan? budget = null) => _sender.SendAsync(
        new Attempt(
            Shard,
            _view,
            new ToolRequest
            {
                Tool = "tool",
                Arguments = "{}"u8.ToArray(),
                Budget = budget ?? Timeout.InfiniteTimeSpan,
                CallId = Guid.NewGuid(),
            }),
        default);

    private async Task LoseAsync()
    {
        var next = new Incarnation("a", 2);
        _view = _view with { Shards = [Shard with { Incarnation = next }], Members = [next], MembershipVersion = 2 };
        await _router.ViewAsync("pool", renew: true, own: null, TimeSpan.Zero, default);
    }

    private async Task<ToolReply> PassingAsync(Task<ToolReply> call)
    {
        await TestSignals.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return call.IsCompleted;
        });
        return await call;
    }
}
