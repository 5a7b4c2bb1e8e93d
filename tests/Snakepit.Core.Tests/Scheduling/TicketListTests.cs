using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class TicketListTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Removing_anywhere_keeps_the_order_of_the_rest(int position)
    {
        var tickets = new[] { new Ticket(), new Ticket(), new Ticket() };
        var list = new TicketList();
        foreach (var ticket in tickets)
            list.Append(ticket);

        list.Remove(tickets[position]);

        Assert.Equal(tickets.Where((_, index) => index != position), Walk(list));
    }

    [Fact]
    public void A_removed_ticket_may_be_appended_elsewhere()
    {
        var ticket = new Ticket();
        var queue = new TicketList();
        queue.Append(ticket);
        queue.Append(new Ticket());
        queue.Remove(ticket);
        var calls = new TicketList();

        calls.Append(ticket);

        Assert.Equal([ticket], Walk(calls));
    }

    [Fact]
    public void An_emptied_list_can_be_filled_again()
    {
        var list = new TicketList();
        var first = new Ticket();
        list.Append(first);
        list.Remove(first);
        var second = new Ticket();

        list.Append(second);

        Assert.Equal([second], Walk(list));
    }

    private static List<Ticket> Walk(TicketList list)
    {
        var found = new List<Ticket>();
        for (var ticket = list.First; ticket is not null; ticket = ticket.Next)
            found.Add(ticket);
        Assert.Equal(list.Count, found.Count);
        return found;
    }
}
