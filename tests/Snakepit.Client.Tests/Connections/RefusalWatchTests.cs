using Microsoft.AspNetCore.Connections;
using Snakepit.Client.Connections;
using Snakepit.Client.Security;

namespace Snakepit.Client.Tests.Connections;

public sealed class RefusalWatchTests
{
    private const string Closed = "Underlying connection closed";

    private readonly RefusalWatch _watch = new();

    [Fact]
    public async Task A_refusal_is_kept_when_the_framework_only_says_that_the_connection_ended()
    {
        Assert.True(_watch.Note(Closed));
        await RefuseAsync("the certificate is not accepted");

        Assert.False(_watch.Note("Connection to S1 at 12:00 will retry after 1 s"));
        Assert.False(_watch.Note(Closed));

        Assert.Equal("the certificate is not accepted", _watch.Reason);
    }

    [Fact]
    public async Task Another_reason_takes_the_place_of_a_refusal()
    {
        await RefuseAsync("the certificate is not accepted");

        Assert.True(_watch.Note("Connection refused"));
        Assert.False(_watch.Note(Closed));

        Assert.Equal("Connection refused", _watch.Reason);
    }

    [Fact]
    public void Without_any_reason_what_the_framework_says_has_to_do()
    {
        Assert.Null(_watch.Reason);

        Assert.True(_watch.Note(Closed));

        Assert.Equal(Closed, _watch.Reason);
    }

    private async Task RefuseAsync(string reason)
    {
        var builder = new ConnectionBuilder(Fake<IServiceProvider>.Of((_, _) => null));
        _watch.Watch(builder);
        builder.Run(_ => throw new RefusedConnectionException(reason));

        await Assert.ThrowsAsync<RefusedConnectionException>(() => builder.Build()(new DefaultConnectionContext()));
    }
}
