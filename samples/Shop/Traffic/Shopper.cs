using System.Collections.Concurrent;
using Shop.Orders;

namespace Shop.Traffic;

/// <summary>Decides, from a seed, what the next visitor does; the same seed gives the same visits.</summary>
internal sealed class Shopper(int seed)
{
    private const int MaxRemembered = 100;

    private readonly Random _random = new(seed);
    private readonly ConcurrentQueue<Guid> _placed = new();

    /// <summary>Half look at a product, a third and more check out, the rest list products or ask for an order. Two in three choose something popular.</summary>
    public Visit Next() => _random.NextDouble() switch
    {
        < 0.45 => new Visit(HttpMethod.Get, "/products/" + Sku(), null),
        < 0.57 => new Visit(HttpMethod.Get, "/products", null),
        < 0.94 => Checkout(),
        _ => _placed.TryDequeue(out var id) ? new Visit(HttpMethod.Get, $"/orders/{id}", null) : Checkout(),
    };

    public void Placed(Guid order)
    {
        if (_placed.Count < MaxRemembered)
            _placed.Enqueue(order);
    }

    private Visit Checkout() => new(HttpMethod.Post, "/checkout", new OrderRequest(Sku(), _random.Next(1, 4), "tok_demo"));

    private string Sku() => _random.NextDouble() < 2.0 / 3
        ? Catalogue.PopularSkus[_random.Next(Catalogue.PopularSkus.Count)]
        : Catalogue.Products[_random.Next(Catalogue.Products.Count)].Sku;
}
