package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import java.time.Duration;
import java.util.stream.IntStream;

/** What happens to a cluster. */
enum Scenario {
  CREATE {
    @Override
    void begin(World world) {
      world.wishes.createCluster(2);
    }

    @Override
    int keys() {
      return 0;
    }
  },
  PRIMARY_KILLED {
    @Override
    void prepare(World world) {
      CREATE.begin(world);
      settle(world);
      IntStream.range(0, 10).forEach(i -> world.servers.writable().getFirst().write("k" + i));
      world.let(Duration.ofSeconds(1));
    }

    @Override
    void begin(World world) {
      world.servers.kill(world.servers.writable().getFirst());
    }
  },
  TEMPLATE_CHANGED {
    @Override
    void prepare(World world) {
      PRIMARY_KILLED.prepare(world);
    }

    @Override
    void begin(World world) {
      world.wishes.changeMemory("128Mi");
    }
  },
  PRIMARYS_NODE_CORDONED {
    @Override
    void prepare(World world) {
      PRIMARY_KILLED.prepare(world);
    }

    @Override
    void begin(World world) {
      world.wishes.cordonNodeOf(world.servers.writable().getFirst().member + "-0");
    }
  },
  USER_CREATED {
    @Override
    void prepare(World world) {
      PRIMARY_KILLED.prepare(world);
    }

    @Override
    void begin(World world) {
      world.users.create("cart");
    }
  },
  CREDENTIALS_ROTATED {
    @Override
    void prepare(World world) {
      PRIMARY_KILLED.prepare(world);
      world.users.create("cart");
      settle(world);
    }

    @Override
    void begin(World world) {
      world.users.annotate("cart", CacheUser.ROTATE, "1");
    }
  },
  CREDENTIALS_LEAKED {
    @Override
    void prepare(World world) {
      CREDENTIALS_ROTATED.prepare(world);
    }

    @Override
    void begin(World world) {
      world.users.annotate("cart", CacheUser.REVOKE, "1");
    }
  },
  AUTHORITY_ROTATED {
    @Override
    void prepare(World world) {
      CREDENTIALS_ROTATED.prepare(world);
    }

    @Override
    void begin(World world) {
      world.wishes.annotate(CacheCluster.ROTATE, "1");
    }
  },
  CERTIFICATE_TAKEN {
    @Override
    void prepare(World world) {
      CREDENTIALS_ROTATED.prepare(world);
      var company = new Company(world, "Company");
      company.handOver(company.issue());
    }

    @Override
    void begin(World world) {
      Company.ask(world, "Secret");
    }
  },
  CERTIFICATE_OF_ANOTHER_ISSUER {
    @Override
    void prepare(World world) {
      CERTIFICATE_TAKEN.prepare(world);
      CERTIFICATE_TAKEN.begin(world);
      settle(world);
    }

    @Override
    void begin(World world) {
      var other = new Company(world, "Other company");
      other.replace(other.issue());
    }
  },
  CERTIFICATE_GIVEN_UP {
    @Override
    void prepare(World world) {
      CERTIFICATE_OF_ANOTHER_ISSUER.prepare(world);
    }

    @Override
    void begin(World world) {
      Company.ask(world, "Managed");
    }
  },
  USER_DELETED {
    @Override
    void prepare(World world) {
      CREDENTIALS_ROTATED.prepare(world);
    }

    @Override
    void begin(World world) {
      world.users.delete("cart");
    }
  },
  KEPT_CREATED {
    @Override
    void begin(World world) {
      world.wishes.createKept(2);
    }

    @Override
    int keys() {
      return 0;
    }
  },
  ALL_PROCESSES_ENDED {
    @Override
    void prepare(World world) {
      KEPT_CREATED.begin(world);
      settle(world);
      IntStream.range(0, 10).forEach(i -> world.servers.writable().getFirst().write("k" + i));
      world.let(Duration.ofSeconds(1));
    }

    @Override
    void begin(World world) {
      world.servers.running().forEach(world.servers::kill);
    }
  },
  VOLUMES_GROWN {
    @Override
    void prepare(World world) {
      ALL_PROCESSES_ENDED.prepare(world);
    }

    @Override
    void begin(World world) {
      world.wishes.changeSize("256Mi");
    }
  };

  /** How many keys were written before it. */
  int keys() {
    return 10;
  }

  void prepare(World world) {}

  abstract void begin(World world);

  /** More rounds than a cluster that is well ever needs. */
  static final int PATIENCE = 120;

  static void settle(World world) {
    assertThat(world.until(() -> world.isProven() && world.isQuiet(), PATIENCE))
        .as(world::report)
        .isNotNegative();
  }
}
