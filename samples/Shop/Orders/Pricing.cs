using System.Globalization;

namespace Shop.Orders;

/// <summary>What an order costs. From 1.43.0 on there is a loyalty discount, and a share of customers whose record it cannot read.</summary>
internal sealed class Pricing
{
    private static readonly Version FirstWithDiscount = new(1, 43, 0);
    private readonly bool _hasDiscount;
    private readonly double _bugShare;

    public Pricing(string version, string? bugShare)
    {
        _hasDiscount = Version.TryParse(version, out var parsed) && parsed >= FirstWithDiscount;
        _bugShare = double.TryParse(bugShare, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) ? Math.Clamp(share, 0, 1) : 0.05;
    }

    public int AmountCents(Product product, int quantity)
    {
        var amount = product.PriceCents * quantity;
        if (!_hasDiscount)
            return amount;
        return amount - amount * LoyaltyPercent() / 100;
    }

    private int LoyaltyPercent() =>
        Random.Shared.NextDouble() < _bugShare ? throw new InvalidOperationException("Loyalty tier 'platinum-legacy' has no discount rule.") : 2;
}
