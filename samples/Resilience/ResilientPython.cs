using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.CircuitBreaker;
using Polly.Registry;
using Polly.Retry;
using Snakepit.Client;
using Snakepit.Errors;

namespace Snakepit.Samples.Resilience;

/// <summary>
/// Calls tools with more patience than the client has by itself: a retry that looks at the outcome, and a circuit breaker that looks at the
/// error code. Thread-safe.
/// </summary>
public sealed class ResilientPython(ISnakepitClient client, ResiliencePipelineProvider<string> pipelines)
{
    /// <summary>Name of the pipeline.</summary>
    public const string Pipeline = "python";

    private static readonly ResiliencePropertyKey<bool> Idempotent = new("idempotent");

    /// <summary>Runs a tool.</summary>
    /// <exception cref="SnakepitException">The call has no result, and another try would be of no use, or of harm.</exception>
    /// <exception cref="BrokenCircuitException">Too many calls have failed lately; this one was not made.</exception>
    public async Task<T> ExecuteAsync<T>(
        string tool, object? arguments = null, ToolCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Idempotent, options?.Idempotent ?? false);
        try
        {
            return await pipelines.GetPipeline(Pipeline).ExecuteAsync(
                async attempt => await client.ExecuteAsync<T>(tool, arguments, options, attempt.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Registers this class and its pipeline: the retry outside, the circuit breaker inside, so that each try counts.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<ResilientPython>();
        services.AddResiliencePipeline(Pipeline, (builder, added) =>
        {
            builder.TimeProvider = added.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
            builder
                .AddRetry(new RetryStrategyOptions
                {
                    MaxRetryAttempts = 3,
                    Delay = TimeSpan.FromSeconds(1),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    ShouldHandle = static attempt => ValueTask.FromResult(
                        attempt.Outcome.Exception is SnakepitException error
                        && RepeatRule.MayRepeat(error, attempt.Context.Properties.GetValue(Idempotent, defaultValue: false))),
                })
                .AddCircuitBreaker(new CircuitBreakerStrategyOptions
                {
                    FailureRatio = 0.5,
                    MinimumThroughput = 10,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = TimeSpan.FromSeconds(15),
                    ShouldHandle = static attempt => ValueTask.FromResult(
                        attempt.Outcome.Exception is SnakepitException error && RepeatRule.IsTrouble(error)),
                });
        });
    }
}
