using Snakepit.Identity;

namespace Snakepit.Core.Tests.Identity;

public sealed class SlotIdTests
{
    [Theory]
    [InlineData("gpu", "silo-1", 0)]
    [InlineData("gpu", "silo-1", 999)]
    [InlineData("gpu", "silo#7", 3)]
    [InlineData("gpu", "user@host", int.MaxValue)]
    public void A_key_reads_back_as_what_was_written(string pool, string silo, int slot)
    {
        var id = new SlotId(new ShardId(pool, silo), slot);

        Assert.Equal(id, SlotId.FromKey(id.ToString()));
    }

    [Fact]
    public void A_key_is_pool_at_silo_hash_slot()
    {
        Assert.Equal("gpu@silo-1#4", new SlotId(new ShardId("gpu", "silo-1"), 4).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu@silo")]
    [InlineData("gpu@silo#")]
    [InlineData("gpu@silo#x")]
    [InlineData("gpu@silo#-1")]
    [InlineData("gpu@silo#1.5")]
    [InlineData("gpu@silo#99999999999")]
    [InlineData("gpu#1")]
    [InlineData("@silo#1")]
    [InlineData("gpu@#1")]
    [InlineData("#1")]
    public void A_key_that_names_no_slot_is_refused(string key)
    {
        Assert.Throws<FormatException>(() => SlotId.FromKey(key));
    }

    [Fact]
    public void A_worker_adds_its_generation()
    {
        var worker = new WorkerId(new SlotId(new ShardId("gpu", "silo-1"), 4), 2);

        Assert.Equal("gpu@silo-1#4.2", worker.ToString());
    }
}
