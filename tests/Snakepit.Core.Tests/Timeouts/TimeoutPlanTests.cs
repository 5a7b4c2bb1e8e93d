using Snakepit.Core.Options;
using Snakepit.Core.Timeouts;

namespace Snakepit.Core.Tests.Timeouts;

public sealed class TimeoutPlanTests
{
    private static readonly TimeSpan Forever = Timeout.InfiniteTimeSpan;

    [Theory]
    [InlineData(TimeoutProfile.Balanced, 300, 900, 10)]
    [InlineData(TimeoutProfile.Production, 300, 900, 10)]
    [InlineData(TimeoutProfile.ProductionStrict, 60, 300, 5)]
    [InlineData(TimeoutProfile.Development, 900, 3600, 60)]
    [InlineData(TimeoutProfile.MlInference, 900, 3600, 60)]
    public void Profiles_have_the_guides_values(TimeoutProfile profile, int call, int stream, int queue)
    {
        var plan = Plan(silo: new SnakepitOptions { TimeoutProfile = profile });

        Assert.Equal(
            (Seconds(call), Seconds(stream), Seconds(queue)),
            (plan.RequestTimeout.Value, plan.StreamTimeout.Value, plan.QueueTimeout.Value));
    }

    [Fact]
    public void A_call_among_threads_has_longer_to_end_because_a_kill_costs_its_neighbours()
    {
        var silo = new SnakepitOptions();
        var (process, thread) = (silo.Plan(new PoolOptions()), silo.Plan(new PoolOptions { WorkerProfile = WorkerProfile.Thread }));

        Assert.Equal((TimeSpan.FromMilliseconds(250), Seconds(1)), (process.CancelGrace.Value, thread.CancelGrace.Value));
        Assert.Equal((TimeSpan.FromMilliseconds(250), Seconds(1)), (process.DumpGrace.Value, thread.DumpGrace.Value));
    }

    [Fact]
    public void Streams_of_the_batch_profile_have_no_limit()
    {
        var plan = Plan(silo: new SnakepitOptions { TimeoutProfile = TimeoutProfile.Batch });

        Assert.Equal(
            (Seconds(3600), Forever, Seconds(300)), (plan.RequestTimeout.Value, plan.StreamTimeout.Value, plan.QueueTimeout.Value));
    }

    [Fact]
    public void There_are_six_profiles() => Assert.Equal(6, TimeoutProfiles.All.Count);

    [Fact]
    public void Without_a_word_everything_has_the_guides_defaults()
    {
        var plan = Plan();

        Assert.Equal(TimeoutProfile.Balanced, plan.Profile);
        Assert.Equal(Seconds(10), plan.CheckoutTimeout.Value);
        Assert.Equal(Seconds(10), plan.StartupTimeout.Value);
        Assert.Equal(Seconds(15), plan.AwaitReadyTimeout.Value);
        Assert.Equal(Seconds(299), plan.WorkerExecuteTimeout.Value);
        Assert.Equal(Seconds(300), plan.WorkerStreamTimeout.Value);
        Assert.Equal(Seconds(5), plan.HealthCheckTimeout.Value);
        Assert.Equal(Seconds(298.8), plan.CommandTimeout.Value);
        Assert.Equal(Seconds(300), plan.BatchInferenceTimeout.Value);
        Assert.Equal(Seconds(600), plan.LargeDatasetTimeout.Value);
        Assert.Equal(Seconds(30), plan.ServerReadyTimeout.Value);
        Assert.Equal(Seconds(30), plan.WorkerReadyTimeout.Value);
        Assert.Equal(Seconds(6), plan.GracefulShutdownTimeout.Value);
        Assert.Equal(Seconds(1), plan.WorkerCallMargin.Value);
        Assert.Equal(Seconds(0.2), plan.PoolReplyMargin.Value);
    }

    [Fact]
    public void An_explicit_value_beats_the_profile()
    {
        var plan = Plan(silo: new SnakepitOptions { TimeoutProfile = TimeoutProfile.Batch, PoolQueueTimeout = Seconds(15) });

        Assert.Equal((Seconds(15), "Snakepit:PoolQueueTimeout"), (plan.QueueTimeout.Value, plan.QueueTimeout.Source));
    }

    [Fact]
    public void A_pools_value_beats_the_silos()
    {
        var plan = Plan(new PoolOptions { PoolRequestTimeout = Seconds(2) }, new SnakepitOptions { PoolRequestTimeout = Seconds(120) });

        Assert.Equal((Seconds(2), "Snakepit:Pools:p:PoolRequestTimeout"), (plan.RequestTimeout.Value, plan.RequestTimeout.Source));
    }

    [Fact]
    public void A_pools_profile_beats_the_silos_values()
    {
        var plan = Plan(
            new PoolOptions { TimeoutProfile = TimeoutProfile.ProductionStrict },
            new SnakepitOptions { PoolRequestTimeout = Seconds(120) });

        Assert.Equal(Seconds(60), plan.RequestTimeout.Value);
    }

    [Fact]
    public void A_calls_own_budget_beats_all()
    {
        var plan = Plan(new PoolOptions { PoolRequestTimeout = Seconds(2), GrpcCommandTimeout = Seconds(1) });

        Assert.Equal(Seconds(60), plan.TimeoutFor(CallType.Execute, Seconds(60)));
        Assert.Equal(Seconds(58.8), plan.Limits(Seconds(60), ownBudget: true, "tool").Rpc);
    }

    [Fact]
    public void Explicit_inner_limits_hold_for_calls_without_a_budget_of_their_own()
    {
        var plan = Plan(
            new PoolOptions
            {
                PoolRequestTimeout = Seconds(300),
                GrpcWorkerExecuteTimeout = Seconds(290),
                GrpcCommandTimeout = Seconds(280),
            });

        var limits = plan.Limits(Seconds(300), ownBudget: false, "tool");

        Assert.Equal((Seconds(290), Seconds(280)), (limits.WorkerCall, limits.Rpc));
    }

    [Fact]
    public void An_inner_limit_that_was_written_larger_than_its_outer_one_is_cut()
    {
        var plan = Plan(new PoolOptions { GrpcWorkerExecuteTimeout = Seconds(10), GrpcCommandTimeout = Seconds(100) });

        var limits = plan.Limits(Seconds(300), ownBudget: false, "tool");

        Assert.Equal((Seconds(10), Seconds(10)), (limits.WorkerCall, limits.Rpc));
    }

    [Theory]
    [InlineData("batch_inference", 300)]
    [InlineData("process_large_dataset", 600)]
    public void Tools_with_limits_of_their_own_get_them_in_full(string tool, int seconds)
    {
        var plan = Plan();

        var total = plan.TimeoutFor(CallType.Execute, tool: tool);

        Assert.Equal(Seconds(seconds), plan.Limits(total, ownBudget: false, tool).Rpc);
    }

    [Fact]
    public void Waiting_ends_with_the_queues_limit_or_with_pythons_time()
    {
        var plan = Plan();

        Assert.Equal(Seconds(10), plan.Limits(Seconds(60), ownBudget: true, "tool").Queue);
        Assert.Equal(Seconds(0.8), plan.Limits(Seconds(1), ownBudget: true, "tool").Queue);
    }

    [Fact]
    public void Without_a_limit_only_the_queue_has_one()
    {
        var limits = Plan().Limits(Forever, ownBudget: true, "tool");

        Assert.Equal((Forever, Forever, Forever, Seconds(10)), (limits.Total, limits.WorkerCall, limits.Rpc, limits.Queue));
    }

    [Fact]
    public void Inner_limits_always_end_before_outer_ones()
    {
        var random = new Random(11);
        for (var i = 0; i < 10_000; i++)
        {
            var silo = new SnakepitOptions
            {
                TimeoutProfile = (TimeoutProfile)random.Next(6),
                WorkerCallMargin = random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(random.Next(1, 5000)),
                PoolReplyMargin = random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(random.Next(1, 5000)),
                GrpcCommandTimeout = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 600_000)) : null,
                GrpcWorkerExecuteTimeout = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 600_000)) : null,
                PoolQueueTimeout = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 600_000)) : null,
            };
            var total = TimeSpan.FromMilliseconds(random.Next(10, 1_000_000));

            var limits = Plan(silo: silo).Limits(total, random.Next(2) == 0, "tool");

            Assert.True(
                limits.Rpc >= TimeSpan.FromMilliseconds(1)
                    && limits.Queue <= limits.Rpc
                    && limits.Rpc <= limits.WorkerCall
                    && limits.WorkerCall < limits.Total
                    && limits.Rpc < limits.Total,
                $"case {i}: {limits} of {silo}");
        }
    }

    [Fact]
    public void A_streams_budget_is_divided_as_a_calls_and_it_waits_as_long_as_CheckoutTimeout_says()
    {
        var plan = Plan(new PoolOptions { CheckoutTimeout = Seconds(3), PoolQueueTimeout = Seconds(4) });

        var limits = plan.StreamLimits(Seconds(60), ownBudget: false);

        Assert.Equal(new CallLimits(Seconds(60), Seconds(3), Seconds(59), Seconds(58.8), Forever), limits);
    }

    [Fact]
    public void Streams_of_the_batch_profile_are_limited_in_the_queue_only()
    {
        var plan = Plan(silo: new SnakepitOptions { TimeoutProfile = TimeoutProfile.Batch });

        var limits = plan.StreamLimits(plan.TimeoutFor(CallType.ExecuteStream), ownBudget: false);

        Assert.Equal(new CallLimits(Forever, Seconds(300), Forever, Forever, Forever), limits);
    }

    [Fact]
    public void GrpcWorkerStreamTimeout_holds_where_it_is_written_for_streams_without_a_budget_of_their_own()
    {
        var plan = Plan(new PoolOptions { GrpcWorkerStreamTimeout = Seconds(20) });

        Assert.Equal(Seconds(20), plan.StreamLimits(Seconds(900), ownBudget: false).Run);
        Assert.Equal(Forever, plan.StreamLimits(Seconds(900), ownBudget: true).Run);
        Assert.Equal(Forever, Plan().StreamLimits(Seconds(900), ownBudget: false).Run);
    }

    [Fact]
    public void A_reader_may_stay_away_for_a_minute_or_as_long_as_the_option_says()
    {
        Assert.Equal(Seconds(60), Plan().StreamReaderTimeout.Value);
        Assert.Equal(Forever, Plan(new PoolOptions { StreamReaderTimeout = Forever }).StreamReaderTimeout.Value);
    }

    [Fact]
    public void The_budget_for_a_python_time_is_its_inverse()
    {
        var budget = CallBudget.Default;

        foreach (var seconds in new[] { 0.1, 1, 4.7, 4.8, 5, 60, 600 })
            Assert.Equal(seconds, budget.Rpc(budget.TotalFor(Seconds(seconds))).TotalSeconds, 6);
    }

    [Fact]
    public void Every_option_of_the_guide_is_there()
    {
        string[] guide =
        [
            "timeout_profile", "pool_request_timeout", "pool_streaming_timeout", "pool_queue_timeout", "checkout_timeout",
            "pool_startup_timeout",
            "pool_await_ready_timeout", "grpc_worker_execute_timeout", "grpc_worker_stream_timeout", "grpc_worker_health_check_timeout_ms",
            "grpc_command_timeout", "grpc_batch_inference_timeout", "grpc_large_dataset_timeout", "grpc_server_ready_timeout",
            "worker_ready_timeout",
            "graceful_shutdown_timeout_ms", "worker_call_margin_ms", "pool_reply_margin_ms",
        ];

        var ours = typeof(TimeoutOptions)
            .GetProperties()
            .Select(property => ((OptionAttribute?)Attribute.GetCustomAttribute(property, typeof(OptionAttribute)))?.Guide)
            .ToHashSet();

        Assert.Empty(guide.Except(ours));
    }

    [Theory]
    [InlineData(null, CallType.Execute, 3600)]
    [InlineData(60, CallType.Execute, 300)] // what a call gets that brings none may always be asked for
    [InlineData(600, CallType.Execute, 600)]
    [InlineData(600, CallType.ExecuteStream, 900)]
    [InlineData(-1, CallType.Execute, -1)]
    public void A_callers_own_budget_has_a_ceiling(int? limit, CallType type, int ceiling)
    {
        var plan = Plan(silo: new SnakepitOptions { MaxRequestTimeout = limit is { } seconds ? Time(seconds) : null });

        Assert.Equal(Time(ceiling), plan.Ceiling(type));
        Assert.Equal(Time(ceiling), plan.Allowed(Forever, type));
        Assert.Equal(Seconds(1), plan.Allowed(Seconds(1), type));

        static TimeSpan Time(int seconds) => seconds < 0 ? Forever : Seconds(seconds);
    }

    [Fact]
    public void A_pools_ceiling_goes_before_the_silos() => Assert.Equal(
        Seconds(1200),
        Plan(
            new PoolOptions { MaxRequestTimeout = Seconds(1200) },
            new SnakepitOptions { MaxRequestTimeout = Seconds(7200) }).Ceiling(CallType.Execute));

    private static TimeoutPlan Plan(PoolOptions? pool = null, SnakepitOptions? silo = null) =>
        (silo ?? new SnakepitOptions()).Plan((pool ?? new PoolOptions()) with { Name = "p" });

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
