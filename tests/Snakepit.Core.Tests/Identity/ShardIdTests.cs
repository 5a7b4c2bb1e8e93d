using Snakepit.Identity;

namespace Snakepit.Core.Tests.Identity;

public sealed class ShardIdTests
{
    [Theory]
    [InlineData("gpu", "silo-1")]
    [InlineData("a", "b")]
    [InlineData("pool", "user@host")]
    [InlineData("pool", "silo#7")]
    [InlineData("pool", "[::1]:11111")]
    public void A_key_reads_back_as_what_was_written(string pool, string silo)
    {
        var id = new ShardId(pool, silo);

        Assert.Equal(id, ShardId.FromKey(id.ToString()));
    }

    [Fact]
    public void A_key_is_pool_at_silo()
    {
        Assert.Equal("gpu@silo-1", new ShardId("gpu", "silo-1").ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("@")]
    [InlineData("@silo")]
    [InlineData("gpu@")]
    public void A_key_with_a_missing_part_is_refused(string key)
    {
        var error = Assert.Throws<FormatException>(() => ShardId.FromKey(key));

        Assert.Contains($"'{key}'", error.Message, StringComparison.Ordinal);
    }
}
