using System.Text.Json;
using Snakepit.Core.Ports;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

public sealed class GrpcWorkerMetadataTests() : WorkerMetadataContract(LinkCarrier.Grpc);

public sealed class FramedWorkerMetadataTests() : WorkerMetadataContract(LinkCarrier.Auto);

/// <summary>Texts that travel beside the arguments, whatever carries the work stream.</summary>
public abstract class WorkerMetadataContract(LinkCarrier carrier)
{
    [Fact]
    public async Task Metadata_reaches_the_tools_context()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync();
        var metadata = new Dictionary<string, string> { ["tenant"] = "acme", ["where"] = "Köln" };

        var reply = await test.Call(worker, "metadata", metadata: metadata).Reply;

        Assert.Equal(metadata, JsonSerializer.Deserialize<Dictionary<string, string>>(reply.Value!));
        Assert.Equal("{}", await test.ResultAsync(worker, "metadata"));
    }

    [Fact]
    public async Task Many_calls_with_much_metadata_at_once_all_come_back()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.Host.StartAsync(
            test.Spec(capacity: 32) with { MaxMessageBytes = 100_000 }, CancellationToken.None).WithinAsync(Eventually.Limit);
        var metadata = Enumerable.Range(0, 32).ToDictionary(number => $"name-{number}", _ => new string('€', 1024));

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(_ => test.Call(worker, "pid", metadata: metadata).Reply));

        Assert.All(replies, reply => Assert.Null(reply.Failure));
    }
}
